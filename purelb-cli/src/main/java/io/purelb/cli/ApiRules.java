package io.purelb.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceSpec;
import io.purelb.core.IpAddress;
import io.purelb.core.UserText;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.Services;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an API server would not let through, of the fields that matter here: an object that can never be in a cluster must
 * not be simulated as if it were (k8s.io/kubernetes pkg/apis/core/validation).
 */
final class ApiRules {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern SUBDOMAIN =
            Pattern.compile("[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*");
    private static final int LONGEST_NAME = 253;
    private static final int LAST_PORT = 65_535;

    private ApiRules() {}

    /**
     * Looks at an object as it was read.
     *
     * @throws InputException naming line and field
     */
    static void check(Manifest manifest, HasMetadata object) {
        names(manifest, object);
        time(manifest, "metadata.creationTimestamp", object.getMetadata().getCreationTimestamp());
        time(manifest, "metadata.deletionTimestamp", object.getMetadata().getDeletionTimestamp());
        if (object instanceof Service service && service.getSpec() != null) {
            service(manifest, service);
        }
        if (object instanceof ServiceGroupResource group && group.getSpec() != null) {
            oneOf(manifest, "spec.sharingScope", group.getSpec().sharingScope(), "Cluster", "Namespace");
        }
    }

    private static void names(Manifest manifest, HasMetadata object) {
        boolean isService = object instanceof Service;
        String name = manifest.name();
        if (isService ? !LABEL.matcher(name).matches() : !isSubdomain(name)) {
            throw manifest.fault(
                    "metadata.name",
                    UserText.quoted(name) + " is no name: write at most "
                            + (isService
                                    ? "63 lower-case letters, digits and inner dashes"
                                    : LONGEST_NAME + " lower-case letters, digits, and inner dashes and dots"));
        }
        if (!manifest.namespace().isEmpty()
                && !LABEL.matcher(manifest.namespace()).matches()) {
            throw manifest.fault(
                    "metadata.namespace",
                    UserText.quoted(manifest.namespace())
                            + " is no name: write at most 63 lower-case letters, digits and inner dashes");
        }
    }

    private static boolean isSubdomain(String name) {
        return name.length() <= LONGEST_NAME && SUBDOMAIN.matcher(name).matches();
    }

    private static void time(Manifest manifest, String field, @Nullable String text) {
        try {
            if (text != null && !text.isEmpty()) {
                OffsetDateTime.parse(text);
            }
        } catch (DateTimeParseException e) {
            throw manifest.fault(field, UserText.quoted(text) + " is no time: write 2026-01-31T12:00:00Z");
        }
    }

    private static void service(Manifest manifest, Service service) {
        ServiceSpec spec = service.getSpec();
        oneOf(manifest, "spec.type", spec.getType(), "ClusterIP", "NodePort", "LoadBalancer", "ExternalName");
        oneOf(manifest, "spec.externalTrafficPolicy", spec.getExternalTrafficPolicy(), "Cluster", "Local");
        oneOf(manifest, "spec.internalTrafficPolicy", spec.getInternalTrafficPolicy(), "Cluster", "Local");
        oneOf(manifest, "spec.sessionAffinity", spec.getSessionAffinity(), "None", "ClientIP");
        oneOf(
                manifest,
                "spec.ipFamilyPolicy",
                spec.getIpFamilyPolicy(),
                "SingleStack",
                "PreferDualStack",
                "RequireDualStack");
        families(manifest, spec.getIpFamilies());
        ports(manifest, spec.getPorts(), Services.isLoadBalancer(service));
        if (spec.getClusterIP() != null && !spec.getClusterIP().equals("None")) {
            address(manifest, "spec.clusterIP", spec.getClusterIP());
        }
        if (service.getStatus() != null && service.getStatus().getLoadBalancer() != null) {
            List<LoadBalancerIngress> ingress =
                    service.getStatus().getLoadBalancer().getIngress();
            for (int i = 0; i < ingress.size(); i++) {
                address(
                        manifest,
                        "status.loadBalancer.ingress[" + i + "].ip",
                        ingress.get(i).getIp());
            }
        }
    }

    private static void families(Manifest manifest, List<String> families) {
        for (int i = 0; i < families.size(); i++) {
            oneOf(manifest, "spec.ipFamilies[" + i + "]", families.get(i), "IPv4", "IPv6");
        }
        if (new HashSet<>(families).size() < families.size()) {
            throw manifest.fault("spec.ipFamilies", "names a family twice: write each once");
        }
    }

    private static void ports(Manifest manifest, List<ServicePort> ports, boolean needed) {
        if (ports.isEmpty() && needed) {
            throw manifest.fault("spec.ports", "is missing: a load balancer needs at least one port");
        }
        for (int i = 0; i < ports.size(); i++) {
            String field = "spec.ports[" + i + "]";
            Integer port = ports.get(i).getPort();
            if (port == null) {
                throw manifest.fault(field, "has no port: write one of 1 to " + LAST_PORT);
            }
            if (port < 1 || port > LAST_PORT) {
                throw manifest.fault(field + ".port", port + " is no port: write one of 1 to " + LAST_PORT);
            }
            oneOf(manifest, field + ".protocol", ports.get(i).getProtocol(), "TCP", "UDP", "SCTP");
        }
    }

    private static void address(Manifest manifest, String field, @Nullable String text) {
        if (text != null && !text.isEmpty() && IpAddress.tryParse(text).isEmpty()) {
            throw manifest.fault(field, UserText.quoted(text) + " is no IP address");
        }
    }

    private static void oneOf(Manifest manifest, String field, @Nullable String text, String... words) {
        if (text != null && !text.isEmpty() && !List.of(words).contains(text)) {
            throw manifest.fault(field, UserText.quoted(text) + " is not one of " + String.join(", ", words));
        }
    }
}
