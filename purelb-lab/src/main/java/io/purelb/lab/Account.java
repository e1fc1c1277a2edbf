package io.purelb.lab;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.IpAddress;
import io.purelb.k8s.Annotations;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** What happened and how to look further, for a person to read: from the API server's objects and the nodes' kernels. */
final class Account {
    private static final String ROW = "%-22s %-16s %-9s %s%n";

    private final Lab lab;
    private final PrintStream out;

    Account(Lab lab, PrintStream out) {
        this.lab = lab;
        this.out = out;
    }

    /** Who has which address, from which group, on which nodes; and the addresses of a node that announces a local one. */
    void services(List<Service> services) {
        Map<IpAddress, List<Place>> places = lab.lan().places();
        out.printf(ROW, "SERVICE", "ADDRESS", "GROUP", "ANNOUNCED BY");
        for (Service service : services) {
            String name = name(service);
            String group = Cluster.annotation(service, Annotations.ALLOCATED_FROM);
            for (IpAddress address : Cluster.addresses(service)) {
                out.printf(ROW, name, address, group, announced(places.getOrDefault(address, List.of())));
            }
            Cluster.refusal(service)
                    .ifPresent(refusal ->
                            out.printf(ROW, name, "pending", "-", refusal.getReason() + ": " + refusal.getMessage()));
        }
        services.stream()
                .flatMap(service -> Cluster.addresses(service).stream())
                .filter(Lab::local)
                .findFirst()
                .flatMap(address ->
                        places.getOrDefault(address, List.of()).stream().findFirst())
                .ifPresent(place -> kernel(place.node()));
    }

    private static String announced(List<Place> places) {
        return places.stream().map(Place::toString).collect(Collectors.joining(", "));
    }

    private void kernel(String node) {
        out.println();
        out.println("ip address show on " + node + ":");
        out.print(Hosts.exec(lab.hosts().namespace(node), "ip", "address", "show"));
    }

    /**
     * Commands to go on with.
     *
     * @param enter the command that takes the user's shell to where the lab is; empty when it is there
     */
    void whatNext(Optional<String> enter) {
        Hosts hosts = lab.hosts();
        String node = Lab.NODES.get(0).name();
        out.println();
        out.println("Look further from another shell:");
        enter.ifPresent(command -> out.println("  " + command));
        out.println("  export KUBECONFIG=" + lab.kubeconfig());
        out.println("  kubectl get services,servicegroups -A");
        out.println("  kubectl describe service local");
        out.println("  ip netns exec " + hosts.namespace(node) + " ip address   # addresses of " + node);
        out.println(
                "  " + String.join(" ", hosts.linkCommand(node, false)) + "   # pulls its cable; up plugs it in again");
        out.println("Logs: " + lab.programs().directory());
        out.println("Ctrl-C stops and removes everything.");
    }

    static String name(Service service) {
        return service.getMetadata().getNamespace() + "/"
                + service.getMetadata().getName();
    }
}
