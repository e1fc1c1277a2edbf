package io.purelb.core;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

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

    /** The same agents, as to the subnets beside their local ones. */
    Membership beside() {
        return new Membership(members.stream()
                .map(member -> new Member(
                        member.node(),
                        member.besideSubnets(),
                        List.of(),
                        List.of(),
                        member.macs(),
                        member.draining(),
                        member.version()))
                .toList());
    }

    /**
     * What one agent publishes of its node.
     *
     * @param node the Kubernetes node name, its identity
     * @param subnets the subnets of its local interfaces that have a carrier, without host bits, sorted
     * @param downSubnets those of its local interfaces that have none, sorted
     * @param besideSubnets those of its other interfaces that have one: what it has on its virtual interface is answered
     *     for there, sorted
     * @param macs the hardware addresses of all these interfaces, lower case with colons, sorted
     * @param draining whether it is about to leave and takes no address
     * @param version the agent's version
     */
    public record Member(
            String node,
            List<Subnet> subnets,
            List<Subnet> downSubnets,
            List<Subnet> besideSubnets,
            List<String> macs,
            boolean draining,
            String version) {
        public Member {
            subnets = subnets.stream().sorted().toList();
            downSubnets = downSubnets.stream().sorted().toList();
            besideSubnets = besideSubnets.stream().sorted().toList();
            macs = macs.stream().sorted().toList();
        }

        /** One whose local interfaces either all have a carrier, or none, and that has no others. */
        public Member(
                String node,
                List<Subnet> subnets,
                List<String> macs,
                boolean linkUp,
                boolean draining,
                String version) {
            this(node, linkUp ? subnets : List.of(), linkUp ? List.of() : subnets, List.of(), macs, draining, version);
        }

        /** Whether a local interface has a carrier. */
        public boolean linkUp() {
            return !subnets.isEmpty();
        }

        /** The subnets of its local interfaces, with a carrier or without. */
        public List<Subnet> allSubnets() {
            return Stream.concat(subnets.stream(), downSubnets.stream()).toList();
        }
    }
}
