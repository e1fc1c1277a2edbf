package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.prometheus.client.CollectorRegistry;
import io.purelb.core.AddressPlan;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.Subnet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Node a, as it counts addresses that come to it from node b. */
final class WinnersTest {
    private static final IpAddress ADDRESS = IpAddress.parse("172.30.250.53");

    private final CollectorRegistry registry = new CollectorRegistry();
    private final Winners winners = new Winners("a", new AgentMetrics(registry));
    private Membership membership = Membership.EMPTY;

    private static Member member(String node, boolean linkUp, boolean draining) {
        return new Member(node, List.of(Subnet.parse("172.30.250.0/24")), List.of(), linkUp, draining, "");
    }

    private void members(long now, Member... members) {
        Membership after = new Membership(List.of(members));
        winners.membersChanged(now, membership, after);
        membership = after;
    }

    private void members(long now, String... nodes) {
        members(now, Stream.of(nodes).map(node -> member(node, true, false)).toArray(Member[]::new));
    }

    private void won(String winner) {
        winners.observe(
                List.of(ADDRESS),
                Map.of(
                        ADDRESS,
                        new AddressPlan(
                                ADDRESS,
                                AddressPlan.Scope.LOCAL,
                                Optional.empty(),
                                Optional.of(winner),
                                "",
                                List.of())));
    }

    private double moves() {
        return registry.getSampleValue("purelb_failover_seconds_count");
    }

    private double seconds() {
        return registry.getSampleValue("purelb_failover_seconds_sum");
    }

    @Test
    void failoverCountsFromTheLossOfTheNodeThatHadTheAddress() {
        members(0, "a", "b", "c");
        won("b");
        members(1_000, "a", "c");
        members(1_200, "a");
        won("a");
        winners.configured(1_300, ADDRESS);
        assertEquals(1, moves());
        assertEquals(0.3, seconds(), 1e-9);
    }

    @Test
    void lostLinkIsALossToo() {
        members(0, "a", "b");
        won("b");
        members(1_000, member("a", true, false), member("b", false, false));
        won("a");
        winners.configured(1_200, ADDRESS);
        assertEquals(0.2, seconds(), 1e-9);
    }

    @Test
    void movesThatEndpointsOrLabelsCausedAreNoFailover() {
        members(0, "a", "b", "c");
        members(1_000, "a", "b");
        won("b");
        won("a");
        winners.configured(90_000, ADDRESS);
        assertEquals(0, moves());
        won("b");
        members(100_000, member("a", true, false), member("b", true, true));
        won("a");
        winners.configured(100_100, ADDRESS);
        assertEquals(0, moves());
    }

    @Test
    void newServiceIsNoFailover() {
        members(0, "a", "b");
        members(1_000, "a");
        won("a");
        winners.configured(60_000, ADDRESS);
        assertEquals(0, moves());
    }

    @Test
    void nodeThatIsBackHasNotFailed() {
        members(0, "a", "b");
        won("b");
        members(1_000, "a");
        members(2_000, "a", "b");
        won("a");
        winners.configured(60_000, ADDRESS);
        assertEquals(0, moves());
    }
}
