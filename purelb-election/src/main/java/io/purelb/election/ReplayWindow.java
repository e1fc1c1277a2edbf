package io.purelb.election;

import java.util.BitSet;

/**
 * Which of one sender's counters were seen, as in RFC 4303 3.4.3: each is accepted once, in any order, and none that is
 * more than {@link #SIZE} behind the highest. A sender counts over all its receivers, so one receiver sees gaps.
 */
final class ReplayWindow {
    static final int SIZE = 2048;

    private final BitSet seen = new BitSet(SIZE);
    private long highest;

    /** Whether this counter is new; it is not any more. */
    boolean accept(long counter) {
        if (counter <= 0 || counter <= highest - SIZE) {
            return false;
        }
        int bit = (int) (counter % SIZE);
        if (counter > highest) {
            forget(Math.min(counter - highest, SIZE));
            highest = counter;
        } else if (seen.get(bit)) {
            return false;
        }
        seen.set(bit);
        return true;
    }

    /** Makes room for the {@code count} counters after the highest. */
    private void forget(long count) {
        for (long i = 1; i <= count; i++) {
            seen.clear((int) ((highest + i) % SIZE));
        }
    }
}
