package io.purelb.core;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The live node agents as one of them sees them. The order of {@code members} is by node name, so equal groups are equal
 * values.
 *
 * @param members every live agent, the local one included
 */
public record Membership(List<Member> members) {
    /** No live agent. */
    public static final Membership EMPTY = new Membership(List.of());

    public Membership {
        members =
                members.stream().sorted((a, b) -> a.node().compareTo(b.node())).toList();
    }

    /** Names of the live nodes, sorted. */
    public Set<String> nodes() {
        Set<String> names = new TreeSet<>();
        members.forEach(member -> names.add(member.node()));
        return names;
    }

    /**
     * What one agent publishes of its node.
     *
     * @param node the Kubernetes node name, its identity
     * @param subnets the subnets of its local interface, without host bits, sorted
     * @param macs the hardware addresses of its local interfaces, lower case with colons, sorted
     * @param linkUp whether the local interface has a carrier
     * @param draining whether it is about to leave and takes no address
     * @param version the agent's version
     */
    public record Member(
            String node, List<Subnet> subnets, List<String> macs, boolean linkUp, boolean draining, String version) {
        public Member {
            subnets = subnets.stream().sorted().toList();
            macs = macs.stream().sorted().toList();
        }
    }
}
