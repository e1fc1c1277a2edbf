package io.purelb.agent;

import io.purelb.core.IpFamily;
import io.purelb.netlink.Link;
import io.purelb.netlink.Netlink;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Two hundred random things that people and programs do to a node's network by hand: after each the agent is told by the
 * kernel and the addresses are exactly where they should be. What should be is this test's own account, not the agent's.
 */
final class RepairIT {
    private static final long SEED = Long.getLong("purelb.seed", 20_261_121);
    private static final int FAULTS = 200;

    private static final List<String> ON_ETH0 = List.of("172.30.250.53/24", "172.30.250.54/24");
    private static final String V6_ON_ETH0 = "fd00:250::5053/64";
    private static final String ON_ETH1 = "10.77.0.50/24";
    private static final List<String> VIRTUAL =
            List.of("172.31.0.9/24", "172.31.1.7/32", "172.31.2.1/24", "172.31.2.2/24", "fd00:31::9/64");

    private final TwoHosts hosts = new TwoHosts("repair");
    private final Random random = new Random(SEED);

    /** Through which interfaces the IPv4 default routes go. */
    private final Set<String> defaults = new TreeSet<>(Set.of("eth0"));

    private boolean carrier = true;

    @AfterEach
    void disconnect() {
        hosts.close();
    }

    @Test
    void everyFaultIsRepaired() throws Exception {
        hosts.link("eth1", "10.77.0.5/24");
        hosts.ip("-6 route add default via fd00:250::1 dev eth0");
        NodeOnKernel.run(hosts.node, agent -> {
            try (Netlink eyes = Netlink.open()) {
                agent.groups = List.of(
                        NodeOnKernel.group("/32"),
                        NodeOnKernel.group(
                                "other",
                                NodeOnKernel.pool(IpFamily.IPV4, "10.77.0.0/24", "10.77.0.50-10.77.0.59", "default")));
                Set<String> all = new TreeSet<>(VIRTUAL);
                all.addAll(ON_ETH0);
                all.addAll(Set.of(ON_ETH1, V6_ON_ETH0));
                agent.announce(all.stream().map(RepairIT::address).toArray(String[]::new));
                agent.until(() -> present(eyes).equals(expected()));
                for (int i = 0; i < FAULTS; i++) {
                    String fault = fault(present(eyes));
                    try {
                        agent.until(() -> present(eyes).equals(expected()));
                    } catch (AssertionError e) {
                        throw new AssertionError(
                                "seed " + SEED + ", fault " + i + ", " + fault + ": " + present(eyes) + " instead of "
                                        + expected(),
                                e);
                    }
                    // The loop sees what it did, as it always does in its own thread, before the next fault.
                    agent.settle(20);
                }
            }
        });
    }

    private Set<String> expected() {
        Set<String> there = new TreeSet<>();
        VIRTUAL.forEach(address -> there.add("kube-lb0 " + address));
        Set<String> counting = new TreeSet<>(defaults);
        if (!carrier && counting.size() > 1) {
            counting.remove("eth0");
        }
        String through = counting.size() == 1 ? counting.iterator().next() : "";
        if (carrier) {
            ON_ETH0.forEach(address -> there.add((through.equals("eth0") ? "eth0 " : "kube-lb0 ") + address));
        }
        there.add((through.equals("eth1") ? "eth1 " : "kube-lb0 ") + ON_ETH1);
        if (carrier) {
            there.add("eth0 " + V6_ON_ETH0);
        }
        return there;
    }

    /** Every address on the three interfaces but the node's own, by a look that the agent has no part in. */
    private static Set<String> present(Netlink eyes) {
        Map<Integer, String> names = eyes.links().stream().collect(Collectors.toMap(Link::index, Link::name));
        return eyes.addresses().stream()
                .filter(address -> address.scope() == 0)
                .map(address -> names.getOrDefault(address.ifindex(), "?") + " " + address.address())
                .filter(text -> !text.matches("lo .*|.* (172.30.250.101|10.77.0.5|fd00:250::101)/.*"))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String address(String withLength) {
        return withLength.substring(0, withLength.indexOf('/'));
    }

    private <T> T any(Set<T> all) {
        return List.copyOf(all).get(random.nextInt(all.size()));
    }

    /** Does one thing and says what. */
    private String fault(Set<String> present) {
        String[] victim = any(present).split(" ", 2);
        String link = victim[0];
        String address = victim[1];
        boolean v6 = address.contains(":");
        return switch (random.nextInt(15)) {
            case 0 -> {
                hosts.ip("addr del " + address + " dev " + link);
                yield "address deleted";
            }
            case 1 -> {
                hosts.ip("addr del " + address + " dev " + link);
                hosts.ip("addr add " + address(address) + (v6 ? "/128 nodad" : "/32") + " dev " + link);
                yield "wrong prefix";
            }
            case 2 -> {
                hosts.ip("addr add " + address(address) + (v6 ? "/127 nodad" : "/31") + " dev "
                        + (link.equals("eth0") ? "kube-lb0" : "eth0"));
                yield "also on another interface";
            }
            case 3 -> {
                hosts.ip("addr replace " + address + " dev " + link);
                hosts.ip("addr del " + address + " dev " + link);
                yield "mark lost, then deleted";
            }
            case 4 -> {
                hosts.ip("addr flush dev kube-lb0");
                yield "kube-lb0 flushed";
            }
            case 5 -> {
                hosts.ip("link del kube-lb0");
                yield "kube-lb0 deleted";
            }
            case 6 -> {
                hosts.ip("link set kube-lb0 down");
                yield "kube-lb0 down";
            }
            case 7 -> {
                hosts.far("link set eth0 down");
                hosts.far("link set eth0 up");
                carrier = true;
                yield "carrier flapped";
            }
            case 8 -> {
                carrier = !carrier;
                hosts.far("link set eth0 " + (carrier ? "up" : "down"));
                yield "carrier " + (carrier ? "back" : "lost");
            }
            case 9 -> {
                hosts.ip("link set eth0 down");
                hosts.ip("link set eth0 up");
                ownAddresses();
                yield "link flapped";
            }
            case 10 -> {
                hosts.ip("addr flush dev eth0 scope global");
                ownAddresses();
                yield "eth0 flushed";
            }
            case 11 -> {
                hosts.exec("sysctl -qw net.ipv4.conf.kube-lb0.promote_secondaries=0");
                hosts.ip("addr del " + primary(present) + " dev kube-lb0");
                yield "primary deleted without promotion";
            }
            case 12 -> {
                defaults.clear();
                defaults.addAll(List.of(Set.of("eth0"), Set.of("eth1")).get(random.nextInt(2)));
                routes();
                yield "default route moved";
            }
            case 13 -> {
                defaults.addAll(Set.of("eth0", "eth1"));
                routes();
                yield "second default route";
            }
            default -> {
                if (random.nextBoolean()) {
                    defaults.clear();
                }
                routes();
                yield "default route gone or as it was";
            }
        };
    }

    private static String primary(Set<String> present) {
        return present.contains("kube-lb0 172.31.2.1/24") ? "172.31.2.1/24" : "172.31.2.2/24";
    }

    private void ownAddresses() {
        hosts.ip("addr replace 172.30.250.101/24 brd + dev eth0");
        hosts.ip("addr replace fd00:250::101/64 dev eth0 nodad");
        hosts.ip("-6 route replace default via fd00:250::1 dev eth0");
        routes();
    }

    private void routes() {
        hosts.ip("route flush exact 0.0.0.0/0");
        if (defaults.contains("eth0")) {
            hosts.ip("route add default via 172.30.250.1 dev eth0 onlink");
        }
        if (defaults.contains("eth1")) {
            hosts.ip("route add default via 10.77.0.1 dev eth1 onlink metric 50");
        }
    }
}
