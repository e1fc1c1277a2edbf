package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class EndpointNodesTest {
    private static final EndpointNodes READY_ON_A = new EndpointNodes(Set.of("a"), Set.of());
    private static final EndpointNodes ENDING_ON_B = new EndpointNodes(Set.of(), Set.of("b"));

    @Test
    void readyEndpointAnywhereLeavesTerminatingOnesOut() {
        assertEquals(
                Set.of("a"), EndpointNodes.all(List.of(ENDING_ON_B, READY_ON_A)).receiving());
    }

    @Test
    void terminatingEndpointsReceiveWhileNobodyIsReady() {
        assertEquals(Set.of("b"), EndpointNodes.all(List.of(ENDING_ON_B)).receiving());
    }

    @Test
    void nodeWithAReadyAndATerminatingEndpointReceives() {
        EndpointNodes both = new EndpointNodes(Set.of("a"), Set.of("a", "b"));
        assertEquals(Set.of("a"), both.receiving());
    }

    @Test
    void withoutEndpointsNobodyReceives() {
        assertEquals(Set.of(), EndpointNodes.all(List.of()).receiving());
    }
}
