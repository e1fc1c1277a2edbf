package io.purelb.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One address of one Service, or one that it waits for; {@code -} stands for nothing.
 *
 * @param pool the group that the address came from, or is waited for from
 * @param type {@code local} or {@code virtual}
 * @param ipam who gave the address
 * @param announcing where it is announced
 * @param sharing the key under which it is shared
 * @param sharedWith the other Services that hold it
 * @param problems what is wrong, the gravest first
 */
record ServiceRow(
        String namespace,
        String service,
        String ip,
        String pool,
        String type,
        String ipam,
        List<Announcer> announcing,
        String sharing,
        List<String> sharedWith,
        List<ServiceProblem> problems) {
    static final String NONE = "-";
    /** What stands for all nodes: which of them have an agent, only who may read pods knows. */
    static final String EVERY_NODE = "every node";

    private static final String BAD = " ***";

    /** A node that announces an address, and on which interface. */
    record Announcer(String node, @JsonProperty("interface") String networkInterface) {}

    /** {@code OK}, or the problems in few words. */
    @JsonProperty
    String status() {
        return problems.isEmpty()
                ? "OK"
                : problems.stream().map(ServiceProblem::status).collect(Collectors.joining(", "));
    }

    boolean holdsAddress() {
        return !ip.equals(NONE);
    }

    /** Its cells, in the order of the columns, kept short: a table of them fits on a screen. */
    String[] cells() {
        return new String[] {namespace, service, ip, pool, type, ipam, announcers(), sharing, mark()};
    }

    private String mark() {
        String more = problems.size() > 1 ? " +" + (problems.size() - 1) : "";
        return problems.isEmpty() ? status() : problems.get(0).mark() + more + BAD;
    }

    private String announcers() {
        if (announcing.isEmpty()) {
            return NONE;
        }
        String named = announcing.get(0).node() + (announcing.size() > 1 ? ",+" + (announcing.size() - 1) : "");
        String places = announcing.stream()
                .map(Announcer::networkInterface)
                .filter(name -> !name.isEmpty())
                .distinct()
                .collect(Collectors.joining(","));
        return (named + " " + places).strip();
    }
}
