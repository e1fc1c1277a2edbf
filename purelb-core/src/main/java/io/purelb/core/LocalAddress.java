package io.purelb.core;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** One local address as one node deals with it; state of an {@link Announcer}. */
final class LocalAddress {
    /** What this node does about it. */
    enum Phase {
        /** Nothing yet. */
        NEW,
        /** It should have the address and asks the LAN whether it is free. */
        CLAIMING,
        /** It should have the address and may. */
        HAVING,
        /** Another node should have it: this one keeps it until that one is ready. */
        OFFERING,
        /** This node goes and no other can have it: it stays, and the kernel answers until an agent is back. */
        KEEPING,
        /** Another node should have it, or none: to be taken off. */
        GIVING
    }

    final IpAddress address;
    Phase phase = Phase.NEW;
    /** Where this node should have it; empty when it should not. */
    Optional<InterfaceAddress> place = Optional.empty();
    /** Which node should have it. */
    Optional<String> winner = Optional.empty();
    /** Where the kernel has it. */
    Optional<InterfaceAddress> there = Optional.empty();
    /** The claim under way, while claiming. */
    Probing probing = new Probing();
    /** When something is to be done without any news. */
    long dueAt = Long.MAX_VALUE;
    /** Its place among those that the LAN is to be asked for. */
    Optional<Questions.Turn> turn = Optional.empty();
    /** Whether this node may have it since lately, and the kernel has not got it yet. */
    boolean arriving;
    /** Whether this node takes it only because it said so, on its way out. */
    boolean promised;
    /** Whom this node said that it wants the address, and when. */
    Optional<Said> wanted = Optional.empty();
    /** What other nodes were asked, and said, about having it although they answer for it. */
    final Map<String, Word> words = new HashMap<>();
    /** Who waits for this node to give it up. */
    Optional<String> awaitedBy = Optional.empty();
    /** When this node last defended it. */
    Optional<Long> defendedAt = Optional.empty();

    /** Something said to a node. */
    record Said(String node, long at) {}

    /** When a node was asked whether it has the address, and whether it said that it has not. */
    record Word(long askedAt, boolean notHeld) {}

    LocalAddress(IpAddress address) {
        this.address = address;
    }

    boolean isAsPlanned(Optional<InterfaceAddress> planned, Optional<String> best) {
        return place.equals(planned) && winner.equals(best);
    }

    /** Whether it was planned for the interface that it is planned for now. */
    boolean isPlacedLike(Optional<InterfaceAddress> planned) {
        return place.map(InterfaceAddress::interfaceName).equals(planned.map(InterfaceAddress::interfaceName));
    }

    /** Whether the kernel has it where it should be; with another prefix length counts too: it is answered for. */
    boolean inPlace() {
        return place.isPresent()
                && there.filter(found ->
                                found.interfaceName().equals(place.get().interfaceName()))
                        .isPresent();
    }

    /** Where this node may have it now; empty for nowhere. */
    Optional<InterfaceAddress> mayHave() {
        return switch (phase) {
            case HAVING -> place;
            case OFFERING, KEEPING -> there;
            case NEW, CLAIMING, GIVING -> Optional.empty();
        };
    }
}
