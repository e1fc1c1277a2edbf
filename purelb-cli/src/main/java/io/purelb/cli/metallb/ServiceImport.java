package io.purelb.cli.metallb;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.Allocator;
import io.purelb.core.IpAddress;
import io.purelb.core.UserText;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.Services;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Says of Services in PureLB's annotations what they say in MetalLB's, and pins what they have. */
final class ServiceImport {
    private static final List<String> PREFIXES = List.of("metallb.io/", "metallb.universe.tf/");

    private final List<ImportedGroup> groups;
    private final Optional<String> lbClass;
    private final Warnings warnings;

    ServiceImport(List<ImportedGroup> groups, Optional<String> lbClass, Warnings warnings) {
        this.groups = groups;
        this.lbClass = lbClass;
        this.warnings = warnings;
    }

    /** What to do about a Service; empty for one that MetalLB does not serve. */
    Optional<ServiceChange> change(Service service) {
        String itsClass =
                service.getSpec() == null ? "" : text(service.getSpec().getLoadBalancerClass());
        boolean metalLbs = itsClass.isEmpty()
                || lbClass.filter(itsClass::equals).isPresent()
                || said(service, "ip-allocated-from-pool").isPresent();
        if (!Services.isLoadBalancer(service)
                || Services.isBranded(service)
                || !metalLbs
                || itsClass.equals(Annotations.LOAD_BALANCER_CLASS)) {
            return Optional.empty();
        }
        List<IpAddress> keeps = Services.ingress(service);
        Optional<IpAddress> homeless =
                keeps.stream().filter(address -> home(address).isEmpty()).findFirst();
        if (homeless.isPresent()) {
            warnings.add(
                    title(service),
                    "status.loadBalancer.ingress",
                    homeless.get()
                            + " lies in no pool that was read: PureLB leaves such a Service alone; give the file that"
                            + " has its pool");
            return Optional.empty();
        }
        Map<String, String> annotations = new LinkedHashMap<>();
        group(service, keeps).ifPresent(group -> annotations.put(Annotations.SERVICE_GROUP, group));
        addresses(service, keeps, !itsClass.isEmpty())
                .ifPresent(wanted -> annotations.put(Annotations.ADDRESSES, wanted));
        said(service, "allow-shared-ip").ifPresent(key -> {
            annotations.put(Annotations.SHARING_KEY, key);
            if (Services.isLocalPolicy(service)) {
                warnings.add(
                        title(service),
                        "spec.externalTrafficPolicy",
                        "is Local, and PureLB shares no address with such a Service: it keeps what it has with a Warning event,"
                                + " but gets no shared address again; set it to Cluster");
            }
        });
        return Optional.of(new ServiceChange(Services.key(service), keeps, annotations, !itsClass.isEmpty()));
    }

    /** The group to name, where the Service asked for a pool or has its address from another than the default one. */
    private Optional<String> group(Service service, List<IpAddress> keeps) {
        Optional<String> pool = said(service, "address-pool");
        Optional<ImportedGroup> asked = pool.flatMap(name -> groups.stream()
                .filter(group -> group.from().name().equals(name))
                .findFirst());
        if (pool.isPresent() && asked.isEmpty()) {
            warnings.add(
                    title(service),
                    "annotation address-pool",
                    UserText.quoted(pool.get()) + " names no pool that was read: give the file that has it");
        }
        for (IpAddress address : keeps) {
            Optional<ImportedGroup> home = home(address);
            if (asked.isPresent() && !asked.equals(home)) {
                warnings.add(
                        title(service),
                        pool.isPresent() ? "annotation address-pool" : "status.loadBalancer.ingress",
                        pool.map(UserText::quoted)
                                        .orElse("pool "
                                                + UserText.quoted(
                                                        asked.get().from().name()))
                                + " is not where its address " + address
                                + " comes from: it keeps the address, so group "
                                + home.orElseThrow().name() + " is named");
            }
            asked = home;
        }
        return asked.map(ImportedGroup::name).filter(name -> pool.isPresent() || !name.equals(Allocator.DEFAULT_GROUP));
    }

    private Optional<ImportedGroup> home(IpAddress address) {
        return groups.stream().filter(group -> group.contains(address)).findFirst();
    }

    /** What it asks for by name; what it has, where it loses that for a moment. */
    private static Optional<String> addresses(Service service, List<IpAddress> keeps, boolean pin) {
        Optional<String> asked = said(service, "loadBalancerIPs");
        return asked.isPresent() || !pin || keeps.isEmpty()
                ? asked
                : Optional.of(keeps.stream().map(IpAddress::toString).collect(Collectors.joining(",")));
    }

    private static Optional<String> said(Service service, String key) {
        return PREFIXES.stream()
                .flatMap(prefix -> Services.annotation(service, prefix + key).stream())
                .findFirst();
    }

    private static String text(String text) {
        return Stream.ofNullable(text).findFirst().orElse("");
    }

    private static String title(Service service) {
        return "Service " + Services.key(service);
    }
}
