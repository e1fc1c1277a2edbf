package io.purelb.election;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.Membership.Member;
import io.purelb.core.Subnet;
import io.purelb.core.testkit.Patience;
import io.purelb.election.ElectionStartException.Reason;
import java.io.DataOutputStream;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jgroups.Version;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Real groups on loopback addresses of this process's own, on the real port. */
final class GroupIT {
    /** Long enough for a group that is not patient to have given up a silent member. */
    private static final Duration QUIET = Duration.ofSeconds(3);

    /** Milliseconds of silence that nobody here waits for; no member is believed that has to be silent for longer. */
    private static final long NEVER = 60_000;

    private static final String SECRET = "the group's secret";

    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    /** One node under test. */
    private final class Node implements AutoCloseable {
        final String name;
        final Witness witness = new Witness();
        final Group group;

        Node(String name, int host, String secret) {
            this(name, host, secret, Timing::forMembers);
        }

        Node(String name, int host, String secret, IntFunction<Timing> timings) {
            this.name = name;
            GroupSettings plain = new GroupSettings(name, Addresses.of(address(host)), 7934, List.of());
            group = new Group(
                    secret.isEmpty() ? plain : plain.withSecret(secret.getBytes(StandardCharsets.UTF_8)),
                    witness,
                    timings);
            group.publish(member(name, "1"));
            open.push(this);
        }

        Node start(int... peers) {
            peers(peers);
            group.start();
            return this;
        }

        void peers(int... peers) {
            group.peers(addresses(peers));
        }

        void awaitNodes(Duration limit, String... nodes) throws InterruptedException {
            witness.await(
                    limit, name + " to see " + Set.of(nodes), m -> m.nodes().equals(Set.of(nodes)));
        }

        @Override
        public void close() {
            group.close();
        }
    }

    @AfterEach
    void closeAll() throws Exception {
        while (!open.isEmpty()) {
            open.pop().close();
        }
    }

    @Test
    void threeNodesSeeEachOtherAndWhatEachPublishes() throws Exception {
        Node a = new Node("a", 1, SECRET).start(1, 2, 3);
        Node b = new Node("b", 2, SECRET).start(1, 2, 3);
        Node c = new Node("c", 3, SECRET).start(1, 2, 3);
        for (Node node : List.of(a, b, c)) {
            List<Member> all = List.of(member("a", "1"), member("b", "1"), member("c", "1"));
            node.witness.await(LIMIT, "" + all, m -> m.members().equals(all));
            assertEquals(all, node.group.membership().members());
        }
        b.group.publish(member("b", "2"));
        for (Node node : List.of(a, b, c)) {
            node.witness.await(LIMIT, "new b", m -> m.members().contains(member("b", "2")));
        }
        a.group.send("one".getBytes(StandardCharsets.UTF_8));
        a.group.send("two".getBytes(StandardCharsets.UTF_8));
        b.witness.awaitMessages(LIMIT, List.of("a:one", "a:two"));
        c.witness.awaitMessages(LIMIT, List.of("a:one", "a:two"));
        a.witness.awaitMessages(LIMIT, List.of());

        a.close();
        b.awaitNodes(LIMIT, "b", "c");
        c.awaitNodes(LIMIT, "b", "c");
        assertEquals(List.of(), a.group.membership().members());

        new Node("a", 1, SECRET).start(2, 3).awaitNodes(LIMIT, "a", "b", "c");
        b.awaitNodes(LIMIT, "a", "b", "c");
        assertEquals(0, b.group.counters().refusedDatagrams());
        assertTrue(b.group.counters().viewChanges() >= 3);
    }

    @Test
    void aGroupWithoutASecretWorksToo() throws Exception {
        Node a = new Node("a", 1, "").start();
        Node b = new Node("b", 2, "").start(1);
        a.awaitNodes(LIMIT, "a", "b");
        b.awaitNodes(LIMIT, "a", "b");
    }

    @Test
    void lastWordsArriveBeforeTheLeave() throws Exception {
        Node a = new Node("a", 1, SECRET).start();
        Node b = new Node("b", 2, SECRET).start(1);
        a.awaitNodes(LIMIT, "a", "b");
        b.awaitNodes(LIMIT, "a", "b");
        b.group.send("released".getBytes(StandardCharsets.UTF_8));
        b.close();
        a.witness.awaitMessages(LIMIT, List.of("b:released"));
        a.awaitNodes(LIMIT, "a");
    }

    @Test
    void aKilledProcessIsGoneLongBeforeItsHeartbeatsAreMissed() throws Exception {
        IntFunction<Timing> patient = members -> timing(NEVER, 1_000);
        Node a = new Node("a", 1, SECRET, patient).start(2, 3);
        Node b = new Node("b", 2, SECRET, patient).start(1, 3);
        MemberProcess c = process("c", 3, 1, 2);
        a.awaitNodes(LIMIT, "a", "b", "c");
        b.awaitNodes(LIMIT, "a", "b", "c");
        c.signal("KILL");
        a.awaitNodes(LIMIT, "a", "b");
        b.awaitNodes(LIMIT, "a", "b");
    }

    @Test
    void aMemberThatHasToBeSlowIsWaitedForByAll() throws Exception {
        // Beyond two members a large group's.
        IntFunction<Timing> bySize = members -> members <= 2 ? Timing.SMALL : timing(NEVER, 200);
        Node a = new Node("a", 1, SECRET, bySize).start(2, 3);
        Node b = new Node("b", 2, SECRET).start(1, 3);
        a.awaitNodes(LIMIT, "a", "b");
        b.awaitNodes(LIMIT, "a", "b");
        assertEquals(Timing.SMALL, a.group.waiting());
        MemberProcess c = process("c", 3, 1, 2);
        a.awaitNodes(LIMIT, "a", "b", "c");
        b.awaitNodes(LIMIT, "a", "b", "c");
        awaitWaiting(b, timing(NEVER, 200));
        c.signal("STOP");
        a.witness.assertNothingHappens(QUIET);
    }

    @Test
    void fiveAgentsAmongTwoHundredNodesAreAsFastAsFive() throws Exception {
        int[] peers = IntStream.rangeClosed(1, 200).toArray();
        List<Node> agents = new ArrayList<>();
        for (int i = 1; i <= 4; i++) {
            agents.add(new Node("n" + i, i, SECRET).start(peers));
        }
        List<String> addresses = new ArrayList<>();
        Arrays.stream(peers).forEach(peer -> addresses.add(address(peer)));
        addresses.remove(address(5));
        addresses.add(0, address(5));
        MemberProcess fifth = new MemberProcess("n5", SECRET, addresses);
        open.push(fifth);
        for (Node agent : agents) {
            agent.awaitNodes(LIMIT, "n1", "n2", "n3", "n4", "n5");
            awaitWaiting(agent, Timing.SMALL);
        }
        fifth.signal("STOP");
        for (Node agent : agents) {
            agent.awaitNodes(LIMIT, "n1", "n2", "n3", "n4");
        }
        fifth.signal("CONT");
        for (Node agent : agents) {
            agent.awaitNodes(LIMIT, "n1", "n2", "n3", "n4", "n5");
        }
    }

    private static void awaitWaiting(Node node, Timing wanted) {
        Patience.until(
                () -> node.name + " waits as " + node.group.waiting(),
                () -> node.group.waiting().equals(wanted));
    }

    @Test
    void aSilentProcessIsGoneSoonAndComesBackWhenItSpeaks() throws Exception {
        Node a = new Node("a", 1, SECRET).start(2, 3);
        Node b = new Node("b", 2, SECRET).start(1, 3);
        MemberProcess c = process("c", 3, 1, 2);
        a.awaitNodes(LIMIT, "a", "b", "c");
        b.awaitNodes(LIMIT, "a", "b", "c");
        c.signal("STOP");
        a.awaitNodes(LIMIT, "a", "b");
        b.awaitNodes(LIMIT, "a", "b");
        c.signal("CONT");
        a.awaitNodes(LIMIT, "a", "b", "c");
        b.awaitNodes(LIMIT, "a", "b", "c");
    }

    @Test
    void garbageOnTheTcpPortDisturbsNobody() throws Exception {
        Node a = new Node("a", 1, SECRET).start();
        Node b = new Node("b", 2, SECRET).start(1);
        a.awaitNodes(LIMIT, "a", "b");
        b.awaitNodes(LIMIT, "a", "b");
        Random random = new Random(7934);
        for (int round = 0; round < 5; round++) {
            try (Socket stranger = new Socket(Addresses.of(address(1)), 7934)) {
                byte[] garbage = new byte[100];
                random.nextBytes(garbage);
                stranger.getOutputStream().write(garbage);
            }
            try (Socket stranger = new Socket(Addresses.of(address(1)), 7934)) {
                DataOutputStream out = new DataOutputStream(stranger.getOutputStream());
                out.write("bela".getBytes(StandardCharsets.US_ASCII)); // JGroups' cookie
                out.writeShort(Version.version);
                out.writeShort(7);
                out.write(4);
                out.write(Addresses.of(address(2)).getAddress());
                out.writeShort(7934);
                out.writeInt(Integer.MAX_VALUE); // the length of a message
                out.flush();
            }
        }
        Node c = new Node("c", 3, SECRET).start(1, 2);
        c.awaitNodes(LIMIT, "a", "b", "c");
        a.awaitNodes(LIMIT, "a", "b", "c");
        b.awaitNodes(LIMIT, "a", "b", "c");
    }

    @Test
    void groupsThatLearnOfEachOtherLaterMerge() throws Exception {
        Node a = new Node("a", 1, SECRET).start();
        Node b = new Node("b", 2, SECRET).start();
        a.awaitNodes(LIMIT, "a");
        b.awaitNodes(LIMIT, "b");
        a.peers(1, 2);
        b.peers(1, 2);
        a.awaitNodes(LIMIT, "a", "b");
        b.awaitNodes(LIMIT, "a", "b");
    }

    @Test
    void strangersStayOutside() throws Exception {
        Node a = new Node("a", 1, SECRET).start(2, 3, 4);
        Node b = new Node("b", 2, SECRET).start(1, 3, 4);
        Node wrong = new Node("wrong", 3, SECRET + "!").start(1, 2, 4);
        Node plain = new Node("plain", 4, "").start(1, 2, 3);
        a.awaitNodes(LIMIT, "a", "b");
        b.awaitNodes(LIMIT, "a", "b");
        for (Node node : List.of(a, wrong, plain)) {
            // Until each has heard the others' searches at least twice.
            Patience.until(
                    () -> node.name + " refuses nothing",
                    () -> node.group.counters().refusedDatagrams() >= 6);
        }
        a.awaitNodes(LIMIT, "a", "b");
        wrong.awaitNodes(LIMIT, "wrong");
        plain.awaitNodes(LIMIT, "plain");
    }

    @Test
    void secretsAreRotatedWithoutAnybodyLeaving() throws Exception {
        // Nobody is to leave for want of a processor either.
        IntFunction<Timing> patient = members -> timing(NEVER, 1_000);
        Node a = new Node("a", 1, SECRET, patient).start(2, 3);
        Node b = new Node("b", 2, SECRET, patient).start(1, 3);
        Node c = new Node("c", 3, SECRET, patient).start(1, 2);
        for (Node node : List.of(a, b, c)) {
            node.awaitNodes(LIMIT, "a", "b", "c");
        }
        long views = a.group.counters().viewChanges();
        for (List<String> secrets : List.of(List.of(SECRET, "new"), List.of("new", SECRET), List.of("new"))) {
            for (Node node : List.of(a, b, c)) {
                node.group.secrets(secrets.stream()
                        .map(secret -> secret.getBytes(StandardCharsets.UTF_8))
                        .toList());
                String said = node.name + secrets;
                a.group.send(said.getBytes(StandardCharsets.UTF_8));
                b.witness.awaitMessage(LIMIT, "a:" + said);
                c.witness.awaitMessage(LIMIT, "a:" + said);
            }
        }
        assertEquals(0, a.group.counters().refusedDatagrams());
        assertEquals(views, a.group.counters().viewChanges());
        new Node("d", 4, "new").start(1, 2, 3).awaitNodes(LIMIT, "a", "b", "c", "d");
        assertThrows(IllegalArgumentException.class, () -> a.group.secrets(List.of()));
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        InetAddress address = Addresses.of(address(1));
        try (DatagramSocket taken = new DatagramSocket(new InetSocketAddress(address, 7934))) {
            assertTrue(taken.isBound());
            ElectionStartException e = assertThrows(ElectionStartException.class, new Node("a", 1, SECRET)::start);
            assertEquals(Reason.PORT_IN_USE, e.reason());
            assertTrue(e.getMessage().startsWith("port 7934/udp on " + address(1) + " is in use"), e.getMessage());
        }
        try (ServerSocket taken = new ServerSocket(7934, 1, address)) {
            assertTrue(taken.isBound());
            ElectionStartException e = assertThrows(ElectionStartException.class, new Node("a", 1, SECRET)::start);
            assertEquals(Reason.PORT_IN_USE, e.reason());
            assertTrue(e.getMessage().startsWith("port 7934/tcp on " + address(1) + " is in use"), e.getMessage());
        }
        new Node("a", 1, SECRET).start().awaitNodes(LIMIT, "a");
    }

    @Test
    void anAddressOfAnotherHostIsNamed() {
        Group group = new Group(new GroupSettings("a", Addresses.of("192.0.2.1")), new Witness());
        open.push(group);
        ElectionStartException e = assertThrows(ElectionStartException.class, group::start);
        assertEquals(Reason.NO_SUCH_ADDRESS, e.reason());
        assertTrue(e.getMessage().startsWith("192.0.2.1 is not an address of this host"), e.getMessage());
    }

    @Test
    void nobodyPublishesForAnother() {
        Node a = new Node("a", 1, SECRET);
        assertThrows(IllegalArgumentException.class, () -> a.group.publish(member("b", "1")));
    }

    private MemberProcess process(String name, int host, int... peers) throws Exception {
        List<String> addresses = new ArrayList<>(List.of(address(host)));
        for (int peer : peers) {
            addresses.add(address(peer));
        }
        MemberProcess process = new MemberProcess(name, SECRET, addresses);
        open.push(process);
        return process;
    }

    private static Timing timing(long timeout, long interval) {
        return new Timing(
                Duration.ofMillis(timeout),
                Duration.ofMillis(interval),
                Duration.ofMillis(100),
                Duration.ofMillis(400));
    }

    private static Member member(String node, String version) {
        return new Member(
                node,
                List.of(Subnet.parse("172.30.250.0/24"), Subnet.parse("fc00:270:154::/64")),
                List.of("02:00:00:00:00:01"),
                true,
                false,
                version);
    }

    private static List<InetAddress> addresses(int... hosts) {
        return Arrays.stream(hosts)
                .mapToObj(host -> Addresses.of(address(host)))
                .toList();
    }

    /** One of this process's own loopback addresses, so that two runs on one machine do not meet. */
    private static String address(int host) {
        long pid = ProcessHandle.current().pid();
        return "127." + (1 + pid / 250 % 250) + "." + pid % 250 + "." + host;
    }
}
