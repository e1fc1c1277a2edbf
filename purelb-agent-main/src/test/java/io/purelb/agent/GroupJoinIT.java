package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.fail;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.purelb.core.AgentSettings;
import io.purelb.core.Configuration;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.testkit.Patience;
import io.purelb.election.Group;
import io.purelb.election.GroupListener;
import io.purelb.election.GroupSettings;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A node's place in the group by its addresses, on loopback addresses. */
final class GroupJoinIT implements GroupListener {
    private static final int PORT = 7934;

    private final BlockingQueue<Set<String>> seen = new LinkedBlockingQueue<>();

    @Override
    public void membershipChanged(Membership membership) {
        seen.add(membership.nodes());
    }

    @Override
    public void messageReceived(String node, byte[] message) {}

    private void await(Set<String> nodes) throws InterruptedException {
        Set<String> found;
        do {
            found = seen.poll(Patience.LIMIT.toSeconds(), TimeUnit.SECONDS);
            assertNotNull(found, () -> "never seen: " + nodes);
        } while (!found.equals(nodes));
    }

    private static ClusterView cluster(String... addresses) {
        return new ClusterView(
                Stream.of(addresses).map(IpAddress::parse).toList(),
                false,
                AgentSettings.DEFAULT,
                Configuration.EMPTY,
                Set.of(IpAddress.parse("127.0.7.1"), IpAddress.parse("127.0.7.2"), IpAddress.parse("127.0.7.9")),
                List.of());
    }

    private static boolean isFree(String address) {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(address, PORT))) {
            return socket.isBound();
        } catch (SocketException inUse) {
            return false;
        }
    }

    @Test
    void nodeWithAnotherAddressLeavesAndJoinsAgainWithIt() throws Exception {
        GroupFellows fellows = new GroupFellows(new AgentThread(
                new NodeNetwork(Optional.empty()),
                () -> fail("never started"),
                () -> fail("never started"),
                () -> fail("never started")));
        Group witness = new Group(new GroupSettings("a", InetAddress.getByName("127.0.7.1"), PORT, List.of()), this);
        try (witness;
                GroupJoin join = new GroupJoin("b", Optional.empty(), PORT, Optional.empty(), fellows)) {
            witness.peers(Set.of(InetAddress.getByName("127.0.7.2"), InetAddress.getByName("127.0.7.9")));
            witness.publish(new Member("a", List.of(), List.of(), true, false, "test"));
            witness.start();
            fellows.publish(new Member("b", List.of(), List.of(), true, false, "test"));
            join.cluster(cluster("127.0.7.9", "127.0.7.2"));
            await(Set.of("a", "b"));
            assertFalse(isFree("127.0.7.9"), "the first of the list");
            join.cluster(cluster("127.0.7.2", "127.0.7.9"));
            await(Set.of("a"));
            await(Set.of("a", "b"));
            assertFalse(isFree("127.0.7.2"));
            fellows.publish(new Member("b", List.of(), List.of(), true, true, "test"));
            join.cluster(cluster("127.0.7.2"));
            assertEquals(
                    Set.of("a", "b"),
                    witness.membership().nodes(),
                    "an address that is not the primary one is no news");
        }
    }

    @Test
    void primaryAddressIsTheFirstOfTheListAndNotTheLowest() throws Exception {
        SeenNode node = SeenNode.of(new ObjectMapper().readTree("""
                        {"metadata": {"name": "n"}, "status": {"addresses": [
                          {"type": "Hostname", "address": "n"}, {"type": "InternalIP", "address": "10.0.0.9"},
                          {"type": "InternalIP", "address": "fd00::1"}, {"type": "InternalIP", "address": "10.0.0.1"}]}}
                        """), "n");
        assertEquals(
                List.of("10.0.0.9", "fd00::1", "10.0.0.1"),
                node.addresses().stream().map(IpAddress::toString).toList());
    }
}
