package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.InterfaceAddress;
import io.purelb.core.Subnet;
import io.purelb.netlink.Link;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NeighborLanTest {
    private final Map<String, Link> links = new HashMap<>();

    private boolean asks(String name, String mac) {
        links.put(name, new Link(1_000_000, name, mac, true, true, false, "", 1500, 0, true));
        try (NeighborLan lan = new NeighborLan(
                there -> Optional.ofNullable(links.get(there)), (address, from, asking) -> {}, () -> {})) {
            lan.listen(Map.of(name, List.of()));
            return lan.probe(new InterfaceAddress(name, Subnet.parse("10.0.0.5/24")));
        }
    }

    @Test
    void withoutASocketNobodyWasAsked() {
        // There is no such index, so its socket cannot be opened, whatever this process may do.
        assertFalse(asks("gone0", "02:00:00:00:00:01"));
    }

    @Test
    void interfaceWithoutNeighboursNeedsNoQuestion() {
        assertTrue(asks("tun0", ""));
    }
}
