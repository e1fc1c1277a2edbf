package io.purelb.k8s;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.Allocator;
import io.purelb.core.FamilyPolicy;
import io.purelb.core.FoundService;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.RequestedAddresses;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServicePort;
import io.purelb.core.ServiceRequest;
import io.purelb.core.ShownService;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads Services: what they ask for, whose they are, what they already have. */
public final class Services {
    private static final String OLDER_FIELD = "spec.loadBalancerIP";

    private Services() {}

    /** Namespace and name. */
    public static ServiceKey key(HasMetadata service) {
        return new ServiceKey(
                service.getMetadata().getNamespace(), service.getMetadata().getName());
    }

    /** The groups that its addresses came from as its annotation says, one for all or one for each; the default without. */
    public static List<String> allocatedFrom(Service service) {
        return annotation(service, Annotations.ALLOCATED_FROM)
                .map(text -> List.of(text.split(",", -1)))
                .orElse(List.of(Allocator.DEFAULT_GROUP));
    }

    /** The value of an annotation, without surrounding blanks; empty when absent or blank. */
    public static Optional<String> annotation(HasMetadata object, String key) {
        Map<String, String> annotations = object.getMetadata().getAnnotations();
        return Optional.ofNullable(annotations == null ? null : annotations.get(key))
                .map(String::strip)
                .filter(text -> !text.isEmpty());
    }

    /** When an object was created; the beginning of time when the API server did not say. */
    public static Instant created(HasMetadata object) {
        String text = object.getMetadata().getCreationTimestamp();
        try {
            return text == null ? Instant.EPOCH : Instant.parse(text);
        } catch (DateTimeParseException notATime) {
            return Instant.EPOCH;
        }
    }

    /** Whether it is a load balancer, whosever. */
    public static boolean isLoadBalancer(Service service) {
        return service.getSpec() != null
                && "LoadBalancer".equals(service.getSpec().getType());
    }

    /** Whether the allocator's brand is on it. */
    public static boolean isBranded(Service service) {
        return annotation(service, Annotations.ALLOCATED_BY)
                .filter(Annotations.BRAND::equals)
                .isPresent();
    }

    /**
     * Whether the allocator looks after it: a load balancer of our class; or of no class while we are the default
     * announcer, or when it has our brand already.
     */
    public static boolean isOurs(Service service, boolean defaultAnnouncer) {
        if (!isLoadBalancer(service)) {
            return false;
        }
        String lbClass = service.getSpec().getLoadBalancerClass();
        return lbClass == null
                ? defaultAnnouncer || isBranded(service)
                : lbClass.equals(Annotations.LOAD_BALANCER_CLASS);
    }

    /** Whether it is being deleted, waiting for someone's finalizer. */
    private static boolean isTerminating(HasMetadata object) {
        return object.getMetadata().getDeletionTimestamp() != null;
    }

    /** The IP addresses in {@code status.loadBalancer.ingress}, in order; text that is none is left out. */
    public static List<IpAddress> ingress(Service service) {
        return ingressEntries(service).stream()
                .filter(Objects::nonNull)
                .map(LoadBalancerIngress::getIp)
                .flatMap(Stream::ofNullable)
                .flatMap(text -> IpAddress.tryParse(text).stream())
                .toList();
    }

    /** All entries of {@code status.loadBalancer.ingress}, whosever. */
    static List<LoadBalancerIngress> ingressEntries(Service service) {
        return service.getStatus() == null || service.getStatus().getLoadBalancer() == null
                ? List.of()
                : orEmpty(service.getStatus().getLoadBalancer().getIngress());
    }

    /** Whether its ingress has an entry at all, of whatever kind. */
    public static boolean hasIngress(Service service) {
        return !ingressEntries(service).isEmpty();
    }

    /** Whether an entry is one as we write it: an address and nothing else. */
    private static boolean isPlainAddress(@Nullable LoadBalancerIngress entry) {
        return entry != null
                && entry.getIp() != null
                && IpAddress.tryParse(entry.getIp()).isPresent()
                && (entry.getHostname() == null || entry.getHostname().isEmpty());
    }

    /**
     * What it shows of load balancers.
     *
     * @param defaultAnnouncer whether Services of no class are ours
     */
    public static ShownService shown(Service service, boolean defaultAnnouncer) {
        return new ShownService(
                isOurs(service, defaultAnnouncer),
                isBranded(service),
                ingress(service),
                !ingressEntries(service).stream().allMatch(Services::isPlainAddress),
                allocatedFrom(service));
    }

    /** A load balancer as core takes it. */
    public static FoundService found(Service service, boolean defaultAnnouncer) {
        return new FoundService(request(service), created(service), shown(service, defaultAnnouncer));
    }

    /** The condition {@code purelb.io/Allocated}, in which the allocator says whether nothing is missing. */
    public static Optional<Condition> allocated(Service service) {
        return conditions(service).stream()
                .filter(condition -> condition.getType().equals(Annotations.ALLOCATED_CONDITION))
                .findFirst();
    }

    static List<Condition> conditions(Service service) {
        return service.getStatus() == null
                ? List.of()
                : orEmpty(service.getStatus().getConditions());
    }

    /** Whether {@code externalTrafficPolicy} is Local. */
    public static boolean isLocalPolicy(Service service) {
        return "Local".equals(service.getSpec().getExternalTrafficPolicy());
    }

    /** What it asks for. The service must be a load balancer. */
    public static ServiceRequest request(Service service) {
        TreeSet<ServicePort> ports = new TreeSet<>();
        orEmpty(service.getSpec().getPorts()).stream()
                .filter(port -> port.getPort() != null)
                .forEach(port -> {
                    String protocol = port.getProtocol() == null ? "TCP" : port.getProtocol();
                    ports.add(new ServicePort(protocol, port.getPort()));
                });
        return new ServiceRequest(
                key(service),
                families(service),
                policy(service.getSpec().getIpFamilyPolicy()),
                annotation(service, Annotations.SERVICE_GROUP),
                requested(service),
                annotation(service, Annotations.SHARING_KEY),
                ports,
                isLocalPolicy(service),
                isTerminating(service));
    }

    private static RequestedAddresses requested(Service service) {
        String text = annotation(service, Annotations.ADDRESSES).orElse("");
        String older = Objects.requireNonNullElse(service.getSpec().getLoadBalancerIP(), "");
        return RequestedAddresses.parse(Annotations.ADDRESSES, text)
                .and(Annotations.ADDRESSES, OLDER_FIELD, RequestedAddresses.parse(OLDER_FIELD, older));
    }

    /** The API server fills {@code ipFamilies} in; where it does not, the cluster IP tells. */
    private static List<IpFamily> families(Service service) {
        List<IpFamily> written = orEmpty(service.getSpec().getIpFamilies()).stream()
                .flatMap(text -> Stream.of(IpFamily.values())
                        .filter(family -> family.toString().equals(text)))
                .distinct()
                .toList();
        if (!written.isEmpty()) {
            return written;
        }
        return List.of(Optional.ofNullable(service.getSpec().getClusterIP())
                .flatMap(IpAddress::tryParse)
                .map(IpAddress::family)
                .orElse(IpFamily.IPV4));
    }

    /** A list that was written as null is as good as absent. */
    private static <T> List<T> orEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : list;
    }

    private static FamilyPolicy policy(@Nullable String text) {
        if ("RequireDualStack".equals(text)) {
            return FamilyPolicy.REQUIRE_DUAL_STACK;
        }
        return "PreferDualStack".equals(text) ? FamilyPolicy.PREFER_DUAL_STACK : FamilyPolicy.SINGLE_STACK;
    }
}
