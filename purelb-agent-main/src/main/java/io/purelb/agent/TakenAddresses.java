package io.purelb.agent;

import io.purelb.core.AnnouncedService;
import io.purelb.core.IpAddress;
import io.purelb.k8s.EventReasons;
import io.purelb.process.Log;
import java.util.Collection;
import java.util.Set;

/** Warns once of each Service's address that kubelet took for the node's own. */
final class TakenAddresses {
    private static final Log LOG = Log.of(TakenAddresses.class);

    private final String node;
    private final ServiceNotes notes;
    private Set<IpAddress> known = Set.of();

    TakenAddresses(String node, ServiceNotes notes) {
        this.node = node;
        this.notes = notes;
    }

    /** What is wrong and how to mend it. */
    static String text(String node, IpAddress address) {
        return "InternalIP " + address + " of Node " + node
                + " is an address of a Service, which may move to another node: kubelet took it for the node's own,"
                + " start kubelet with --node-ip=<the node's own address>";
    }

    /** These addresses are taken now. */
    void tell(Set<IpAddress> taken, Collection<AnnouncedService> services) {
        for (IpAddress address : taken) {
            if (!known.contains(address)) {
                String text = text(node, address);
                LOG.warn(text, "ip", address, "node", node);
                services.stream()
                        .filter(service -> service.addresses().contains(address))
                        .forEach(
                                service -> notes.event(service.service(), true, EventReasons.NODE_ADDRESS_TAKEN, text));
            }
        }
        known = Set.copyOf(taken);
    }
}
