package io.purelb.election;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

final class ReplayWindowTest {
    private final ReplayWindow window = new ReplayWindow();

    @Test
    void acceptsEachCounterOnceInAnyOrder() {
        for (long counter : new long[] {5, 3, 4, 1, 2, 9}) {
            assertTrue(window.accept(counter), () -> "first " + counter);
        }
        for (long counter : new long[] {1, 2, 3, 4, 5, 9}) {
            assertFalse(window.accept(counter), () -> "second " + counter);
        }
    }

    @Test
    void refusesWhatIsTooFarBehindToBeRemembered() {
        assertTrue(window.accept(ReplayWindow.SIZE + 10));
        assertFalse(window.accept(10));
        assertTrue(window.accept(11));
        assertFalse(window.accept(11));
    }

    @Test
    void aJumpForwardForgetsOnlyWhatFellOut() {
        assertTrue(window.accept(1));
        assertTrue(window.accept(10L * ReplayWindow.SIZE + 1), "same place in the window, another counter");
        assertTrue(window.accept(9L * ReplayWindow.SIZE + 2), "the oldest that fits");
        assertFalse(window.accept(9L * ReplayWindow.SIZE + 1), "the first that does not");
        assertFalse(window.accept(1));
    }

    @Test
    void refusesCountersThatNoSenderUses() {
        assertFalse(window.accept(0));
        assertFalse(window.accept(-1));
        assertFalse(window.accept(Long.MIN_VALUE));
    }
}
