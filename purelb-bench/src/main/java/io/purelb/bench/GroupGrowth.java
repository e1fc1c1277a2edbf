package io.purelb.bench;

import com.sun.management.OperatingSystemMXBean;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.Subnet;
import io.purelb.election.Group;
import io.purelb.election.GroupListener;
import io.purelb.election.GroupSettings;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Question: what does the election group cost each member, how does that grow, and how soon is a silent member given up?
 * All members of a group run in one process, which has a network namespace of its own: what passes its loopback interface
 * is the group's traffic. Arguments are the sizes; needs root, {@code ip} and {@code nft}.
 */
final class GroupGrowth {
    private static final byte[] SECRET = "a secret of the benchmark".getBytes(StandardCharsets.UTF_8);
    /** Addresses other than loopback's own, which JGroups does not like; one for each of $1 members. */
    private static final String NAMESPACE = """
            ip link set lo up
            for i in $(seq "$1"); do ip address add 10.0.0.$i/32 dev lo; done
            shift
            exec "$@"
            """;

    private static final int SECONDS = 20;
    private static final long PATIENCE = 120;
    private static final String ROW = "| %7s | %8s | %18s | %11s | %12s | %14s | %14s | %s |%n";

    private final List<Group> groups = new ArrayList<>();
    private final List<Watcher> watchers = new ArrayList<>();

    private GroupGrowth() {}

    /** Measures each size in a process of its own, or inside such a process the one size. */
    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 2 && arguments[0].equals("--inside")) {
            Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> {
                System.err.println(thread.getName() + ": " + fault);
                Runtime.getRuntime().halt(1);
            });
            new GroupGrowth().measure(Integer.parseInt(arguments[1]));
            // JGroups' threads are many; nothing is left to tidy up in a namespace that ends with this process.
            Runtime.getRuntime().halt(0);
        }
        System.out.printf(
                ROW,
                "members",
                "formed s",
                "datagrams/s/member",
                "kB/s/member",
                "CPU %/member",
                "heap kB/member",
                "threads/member",
                "silent one given up after ms, three times");
        System.out.printf(ROW, "--:", "--:", "--:", "--:", "--:", "--:", "--:", "---");
        for (String size : arguments.length == 0 ? new String[] {"3", "8", "20", "50", "100"} : arguments) {
            List<String> command = new ArrayList<>(List.of("unshare", "--net", "sh", "-ec", NAMESPACE, "sh", size));
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
            command.addAll(List.of(
                    "-cp", System.getProperty("java.class.path"), GroupGrowth.class.getName(), "--inside", size));
            run(command);
        }
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        int code = new ProcessBuilder(command).inheritIO().start().waitFor();
        if (code != 0) {
            throw new IOException(command + " ended with code " + code);
        }
    }

    /** What one member knows of the group. */
    private static final class Watcher implements GroupListener {
        private int members;

        @Override
        public synchronized void membershipChanged(Membership membership) {
            members = membership.members().size();
            notifyAll();
        }

        synchronized void await(int wanted) throws InterruptedException {
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE);
            while (members != wanted) {
                long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
                if (left <= 0) {
                    throw new IllegalStateException("after " + PATIENCE + " s " + members + " members, not " + wanted);
                }
                wait(left);
            }
        }
    }

    private void measure(int size) throws Exception {
        long before = usedHeap();
        long start = System.nanoTime();
        form(size);
        double formed = (System.nanoTime() - start) / 1e9;
        long heap = (usedHeap() - before) / size / 1024;
        int threads = ManagementFactory.getThreadMXBean().getThreadCount() / size;
        // The first compilers are busy for some time after the start; not a wait for something.
        new CountDownLatch(1).await(SECONDS, TimeUnit.SECONDS);
        Traffic first = Traffic.now();
        // The length of the sample, not a wait for something.
        new CountDownLatch(1).await(SECONDS, TimeUnit.SECONDS);
        Traffic last = Traffic.now();
        List<Long> givenUp = new ArrayList<>();
        for (int round = 0; round < 3; round++) {
            givenUp.add(silence(size));
        }
        double shares = (double) size * SECONDS;
        System.out.printf(
                ROW,
                size,
                "%.1f".formatted(formed),
                "%.0f".formatted((last.datagrams - first.datagrams) / shares),
                "%.1f".formatted((last.bytes - first.bytes) / shares / 1000),
                "%.2f".formatted((last.cpuNanos - first.cpuNanos) / 1e9 / shares * 100),
                heap,
                threads,
                givenUp);
    }

    private void form(int size) throws Exception {
        List<InetAddress> peers = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            peers.add(address(i));
        }
        List<Thread> starting = new ArrayList<>();
        for (int i = 1; i <= size; i++) {
            Watcher watcher = new Watcher();
            Group group = new Group(
                    new GroupSettings("node-" + i, address(i), GroupSettings.DEFAULT_PORT, List.of(SECRET)), watcher);
            group.peers(peers);
            group.publish(new Member(
                    "node-" + i,
                    List.of(Subnet.parse("172.30.250.0/24"), Subnet.parse("fd00:250::/64")),
                    List.of("02:00:00:00:00:%02x".formatted(i)),
                    true,
                    false,
                    "bench"));
            watchers.add(watcher);
            groups.add(group);
            starting.add(new Thread(group::start, "start-" + i));
        }
        starting.forEach(Thread::start);
        for (Watcher watcher : watchers) {
            watcher.await(size);
        }
    }

    /** Cuts the last member off, waits until all others have given it up, and lets it back: the milliseconds of the former. */
    private long silence(int size) throws Exception {
        String host = address(size).getHostAddress();
        run(List.of(
                "nft",
                "add table inet cut; add chain inet cut out { type filter hook output priority 0; };"
                        + " add rule inet cut out ip saddr " + host + " drop; add rule inet cut out ip daddr " + host
                        + " drop"));
        long start = System.nanoTime();
        for (Watcher watcher : watchers.subList(0, size - 1)) {
            watcher.await(size - 1);
        }
        long taken = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
        run(List.of("nft", "delete table inet cut"));
        for (Watcher watcher : watchers) {
            watcher.await(size);
        }
        return taken;
    }

    /** The namespace's loopback counters and this process's CPU time. */
    private record Traffic(long datagrams, long bytes, long cpuNanos) {
        static Traffic now() throws IOException {
            String line = Files.readAllLines(Path.of("/proc/thread-self/net/dev")).stream()
                    .map(String::strip)
                    .filter(text -> text.startsWith("lo:"))
                    .findFirst()
                    .orElseThrow();
            String[] fields = line.substring(3).strip().split(" +", -1);
            OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
            return new Traffic(Long.parseLong(fields[1]), Long.parseLong(fields[0]), system.getProcessCpuTime());
        }
    }

    private static long usedHeap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static InetAddress address(int host) throws IOException {
        return InetAddress.getByAddress(new byte[] {10, 0, 0, (byte) host});
    }
}
