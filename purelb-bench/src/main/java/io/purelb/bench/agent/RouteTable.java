package io.purelb.bench.agent;

import io.purelb.netlink.Netlink;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What it costs to read the default routes of a large table, which an agent did at every change of a link, and what it costs
 * to read links and addresses, which it does still. Runs in the network namespace that it is started in, and fills it.
 */
final class RouteTable {
    private static final int REPEATS = 30;

    private RouteTable() {}

    /** Measures with these numbers of routes, smaller ones first. */
    public static void main(String[] arguments) throws Exception {
        Shell.run("ip", "link", "add", "v0", "type", "veth", "peer", "name", "v1");
        Shell.ipBatch(List.of("link set v0 up", "link set v1 up", "addr add 172.30.250.1/24 dev v0"));
        Shell.ipBatch(List.of("route add default via 172.30.250.2 dev v0"));
        int there = 0;
        try (Netlink netlink = Netlink.open()) {
            for (String argument : arguments) {
                int wanted = Integer.parseInt(argument);
                List<String> more = new ArrayList<>();
                for (; there < wanted; there++) {
                    more.add("route add " + (1 + there / 65536 % 9) + "." + there / 256 % 256 + "." + there % 256
                            + ".0/24 via 172.30.250.2 dev v0");
                }
                Shell.ipBatch(more);
                System.out.printf(
                        "| %d routes | default routes %.1f ms | links and addresses %.2f ms |%n",
                        wanted, median(netlink::defaultRoutes), median(() -> {
                            netlink.links();
                            netlink.addresses();
                        }));
            }
        }
    }

    private static double median(Runnable what) {
        double[] millis = new double[REPEATS];
        for (int i = 0; i < REPEATS; i++) {
            long begin = System.nanoTime();
            what.run();
            millis[i] = (System.nanoTime() - begin) / 1e6;
        }
        Arrays.sort(millis);
        return millis[REPEATS / 2];
    }
}
