package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Networks that fail while nodes and agents live, as a client sees it. */
final class SplitIT extends AgentsIT {
    private static final Duration OUTAGE = Duration.ofSeconds(60);

    @BeforeAll
    static void filter() {
        requireFilter();
    }

    @Test
    void groupPortBlockedOnOneNodeLeavesOneHolder() {
        long blocked = System.nanoTime();
        blockGroup(first);
        assertUndisturbed(blocked);
        unblock(first);
        assertUndisturbed(blocked);
    }

    @Test
    void groupPortBlockedEverywhereLeavesOneHolder() {
        long blocked = System.nanoTime();
        lan.nodes().forEach(AgentsIT::blockGroup);
        assertUndisturbed(blocked);
        lan.nodes().forEach(AgentsIT::unblock);
        assertUndisturbed(blocked);
    }

    @Test
    void splitLanHasOneHolderOnEachSideAndOneAfterItHeals() {
        long split = System.nanoTime();
        lan.hosts().setReachable(first, false);
        asker.awaitHolder(second, split, SOON);
        asker.awaitHolder(second, System.nanoTime() + QUIET.toNanos(), SOON);
        long healed = System.nanoTime();
        lan.hosts().setReachable(first, true);
        asker.awaitAlone(first, QUIET, SOON);
        assertEquals(0, asker.unanswered(healed, SOON), "there was one all the time");
    }

    @Test
    void agentsGoOnWithoutTheApiServer() {
        String fabric = lan.hosts().fabric();
        nft(
                fabric,
                "add table inet cut; add chain inet cut in { type filter hook input priority 0; };"
                        + " add rule inet cut in tcp dport 6443 drop");
        long gone = System.nanoTime();
        asker.awaitHolder(first, gone + OUTAGE.toNanos(), OUTAGE.plus(SOON));
        assertEquals(List.of(first), asker.holders(gone));
        assertEquals(0, asker.unanswered(gone, SOON));
        long cut = System.nanoTime();
        lan.hosts().setLink(first, false);
        long taken = asker.awaitHolder(second, cut, SOON);
        lan.hosts().setLink(first, true);
        asker.awaitHolder(first, System.nanoTime(), SOON);
        nft(fabric, "delete table inet cut");
        assertEquals(List.of(second, first), asker.holders(taken));
    }
}
