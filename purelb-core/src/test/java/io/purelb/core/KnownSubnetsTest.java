package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class KnownSubnetsTest {
    private static final Subnet OLD = Subnet.parse("172.30.250.0/24");
    private static final Subnet NEW = Subnet.parse("172.30.251.0/24");

    private final KnownSubnets known = new KnownSubnets();

    private void hear(String node, Subnet... subnets) {
        known.heard(new Membership.Member(node, List.of(subnets), List.of(), true, false, "1"));
    }

    @Test
    void anAgentThatOwnsNothingAtTheMomentKeepsWhatItHad() {
        hear("a", OLD);
        hear("a");
        assertEquals(Set.of(OLD), known.all());
    }

    @Test
    void aRenumberedAgentOwnsItsNewSubnetOnly() {
        hear("a", OLD);
        hear("b", OLD);
        hear("a", NEW);
        assertEquals(Set.of(OLD, NEW), known.all());
        hear("b", NEW);
        assertEquals(Set.of(NEW), known.all());
    }

    @Test
    void theNodeItselfKnowsThatItOwnsNothing() {
        known.owns("self", List.of(OLD));
        known.owns("self", List.of());
        assertEquals(Set.of(), known.all());
    }
}
