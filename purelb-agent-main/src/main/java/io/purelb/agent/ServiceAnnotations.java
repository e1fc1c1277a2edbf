package io.purelb.agent;

import io.purelb.core.AddressPlan;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.k8s.Annotations;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Decides which annotations this node writes on a Service, about its own announcements only. */
final class ServiceAnnotations {

    private final String node;
    private final Set<String> live;
    private final Map<IpAddress, AddressPlan> plans;
    private final Map<IpAddress, InterfaceAddress> held;

    /**
     * As one node sees it.
     *
     * @param live names of the live agents; of those, the first also cleans up after dead ones
     * @param plans what is to be done about each address
     * @param held what this node has on its interfaces
     */
    ServiceAnnotations(
            String node, Set<String> live, Map<IpAddress, AddressPlan> plans, Map<IpAddress, InterfaceAddress> held) {
        this.node = node;
        this.live = live;
        this.plans = plans;
        this.held = held;
    }

    /** Whether some annotation of a Service names a node that is none of these. */
    static boolean namesOtherThan(Set<String> live, ServiceView service) {
        return service.announcements().entrySet().stream()
                .filter(annotation -> !annotation.getKey().equals(Annotations.ANNOUNCING_INTERFACE))
                .anyMatch(annotation -> !live.contains(owner(annotation.getValue())));
    }

    /** The node that an annotation names. */
    private static String owner(String annotation) {
        return annotation.split(",", 2)[0].strip();
    }

    /** What to change; empty values are to be removed. */
    Map<String, Optional<String>> changes(ServiceView service) {
        Map<String, Optional<String>> changes = new TreeMap<>();
        Map<String, String> present = service.announcements();
        for (IpFamily family : IpFamily.values()) {
            Optional<IpAddress> address = addressOf(service, Optional.of(family));
            String owner = owner(present.getOrDefault(Annotations.announcing(family), ""));
            Optional<String> wanted = interfaceHere(address).map(name -> node + ", " + name);
            change(changes, present, Annotations.announcing(family), wanted, mayClean(address, owner));
        }
        Optional<IpAddress> first = addressOf(service, Optional.empty());
        boolean mayClean = mayClean(first, present.getOrDefault(Annotations.ANNOUNCING_NODE, ""));
        change(changes, present, Annotations.ANNOUNCING_INTERFACE, interfaceHere(first), mayClean);
        change(
                changes,
                present,
                Annotations.ANNOUNCING_NODE,
                interfaceHere(first).map(name -> node),
                mayClean);
        return changes;
    }

    private static void change(
            Map<String, Optional<String>> changes,
            Map<String, String> present,
            String key,
            Optional<String> wanted,
            boolean mayClean) {
        boolean differs = !wanted.equals(Optional.ofNullable(present.get(key)));
        if (differs && (wanted.isPresent() || mayClean)) {
            changes.put(key, wanted);
        }
    }

    /** The Service's first local address of a family, or of any. */
    private Optional<IpAddress> addressOf(ServiceView service, Optional<IpFamily> family) {
        return service.announced().addresses().stream()
                .filter(address -> family.isEmpty() || family.get() == address.family())
                .filter(address -> Optional.ofNullable(plans.get(address))
                        .filter(plan -> plan.scope() == AddressPlan.Scope.LOCAL)
                        .isPresent())
                .findFirst();
    }

    /** The interface on which this node announces an address. */
    private Optional<String> interfaceHere(Optional<IpAddress> address) {
        return address.filter(here -> plans.get(here).placement().isPresent())
                .map(held::get)
                .map(InterfaceAddress::interfaceName);
    }

    /** Whether nobody announces the address and what {@code owner} wrote is this node's to remove. */
    private boolean mayClean(Optional<IpAddress> address, String owner) {
        boolean nobody = address.map(plans::get).flatMap(AddressPlan::winner).isEmpty();
        boolean firstOfLive = live.stream().findFirst().filter(node::equals).isPresent();
        return nobody && (owner.equals(node) || (firstOfLive && !live.contains(owner)));
    }
}
