package io.purelb.agent;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.Histogram;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.ServiceKey;

/** The series that only the node agent has. */
final class AgentMetrics {
    private final Gauge announced;
    private final Counter additions;
    private final Counter withdrawals;
    private final Counter repairs;
    private final Counter garps;
    private final Counter advertisements;
    private final Counter errors;
    private final Gauge members;
    private final Counter viewChanges;
    private final Counter winnerChanges;
    private final Counter conflicts;
    private final Histogram failover;
    private final Gauge hostChecks;

    AgentMetrics(CollectorRegistry registry) {
        announced = Gauge.build(
                        "purelb_lbnodeagent_announced", "Addresses of Services announced from this node; always 1.")
                .labelNames("namespace", "service", "node", "ip", "interface", "mode")
                .register(registry);
        additions = counter(registry, "address_additions", "Addresses put on an interface.");
        withdrawals = counter(registry, "address_withdrawals", "Addresses taken off an interface.");
        repairs = counter(registry, "address_repairs", "Addresses put back after someone else had removed them.");
        garps = counter(registry, "garp_sent", "Gratuitous ARP announcements sent (a request and a reply each).");
        advertisements = counter(registry, "na_sent", "Unsolicited IPv6 neighbour advertisements sent.");
        errors = Counter.build("purelb_lbnodeagent_errors_total", "Operations that failed.")
                .labelNames("op")
                .register(registry);
        members = Gauge.build("purelb_election_members", "Live node agents, this one included.")
                .register(registry);
        viewChanges = Counter.build("purelb_election_view_changes_total", "How often the live agents changed.")
                .register(registry);
        winnerChanges = Counter.build(
                        "purelb_election_winner_changes_total", "How often another node was to announce an address.")
                .register(registry);
        conflicts = Counter.build(
                        "purelb_election_probe_conflicts_total", "Addresses that some other host kept answering for.")
                .register(registry);
        hostChecks = Gauge.build(
                        "purelb_host_check",
                        "1 while this host is as it should be; 0 while a HostCheck event of its Node says what to change.")
                .labelNames("check")
                .register(registry);
        failover = Histogram.build(
                        "purelb_failover_seconds",
                        "From the loss of the node that had an address to the address configured here.")
                .buckets(0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5, 10)
                .register(registry);
    }

    /** A check of this host came out well or not. */
    void hostCheck(HostCheck check, boolean fine) {
        hostChecks.labels(check.label).set(fine ? 1 : 0);
    }

    private static Counter counter(CollectorRegistry registry, String name, String help) {
        return Counter.build("purelb_lbnodeagent_" + name + "_total", help).register(registry);
    }

    void announced(ServiceKey service, String node, InterfaceAddress where, boolean local, boolean now) {
        String[] labels = {
            service.namespace(),
            service.name(),
            node,
            where.address().address().toString(),
            where.interfaceName(),
            local ? "local" : "virtual"
        };
        if (now) {
            announced.labels(labels).set(1);
        } else {
            announced.remove(labels);
        }
    }

    void added() {
        additions.inc();
    }

    void withdrawn() {
        withdrawals.inc();
    }

    void repaired() {
        repairs.inc();
    }

    void told(IpFamily family) {
        (family == IpFamily.IPV4 ? garps : advertisements).inc();
    }

    void failed(String operation) {
        errors.labels(operation).inc();
    }

    void members(int count) {
        members.set(count);
        viewChanges.inc();
    }

    void winnerChanged() {
        winnerChanges.inc();
    }

    void conflict() {
        conflicts.inc();
    }

    /** An address moved here this long after the node that had it left the group or lost its link. */
    void failedOver(long millis) {
        failover.observe(millis / 1000.0);
    }
}
