package io.purelb.election;

import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How often this member sends heartbeats and how long it waits for those of the others, while the group grows and shrinks.
 * Every member tells the others its pace and waits as the slowest of them needs: so nobody looks silent because its pace is
 * another one, whatever each knows of the group's size. A member that becomes slower tells so first and does it a second
 * later. A group that shrank keeps its pace for half a minute, so that one member that comes and goes does not change it
 * each time.
 *
 * <p>Time is an argument, in nanoseconds of one clock that only goes forward. Not thread-safe.
 *
 * @param <M> a member's address
 */
final class Pace<M> {
    /** How long a group that shrank stays as slow as it was. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    /** For what was told to arrive. */
    static final Duration NOTICE = Duration.ofSeconds(1);

    /** Members remembered at most: a newcomer's pace may arrive before the view with it. */
    private static final int MOST_MEMBERS = 1000;

    private final IntFunction<Timing> bySize;
    private final Map<M, Timing> told = new Recent<>(MOST_MEMBERS);
    private List<M> others = List.of();
    private Timing announced;
    private Timing sending;
    /** When a pace that was told is taken up; empty when it is. */
    private @Nullable Long slowerAt;
    /** When the group will have been small for long enough; empty while it is not smaller than its pace. */
    private @Nullable Long fasterAt;

    /** The pace of a member that is alone. */
    Pace(IntFunction<Timing> bySize) {
        this.bySize = bySize;
        announced = bySize.apply(1);
        sending = announced;
    }

    /** The group consists of this member and these now. */
    void members(Collection<M> all, long now) {
        others = List.copyOf(all);
        step(now);
    }

    /** Another one says that this is its pace. */
    void told(M member, Timing pace) {
        told.put(member, pace);
    }

    /** Does what is due. */
    void step(long now) {
        Timing fitting = bySize.apply(others.size() + 1);
        if (fitting.isSlowerThan(announced)) {
            announced = fitting;
            slowerAt = now + NOTICE.toNanos();
        }
        if (!announced.isSlowerThan(fitting)) {
            fasterAt = null;
        } else if (fasterAt == null) {
            fasterAt = now + PATIENCE.toNanos();
        } else if (now - fasterAt >= 0) {
            fasterAt = null;
            slowerAt = null;
            announced = fitting;
            sending = fitting;
        }
        if (slowerAt != null && now - slowerAt >= 0) {
            slowerAt = null;
            sending = announced;
        }
    }

    /** How long until {@link #step} has something to do, if nothing else happens; empty when never. */
    Optional<Duration> untilNext(long now) {
        return Stream.of(Optional.ofNullable(slowerAt), Optional.ofNullable(fasterAt))
                .flatMap(Optional::stream)
                .map(at -> Duration.ofNanos(Math.max(0, at - now)))
                .min(Comparator.naturalOrder());
    }

    /** What the others are to know. */
    Timing announced() {
        return announced;
    }

    /** How often heartbeats are sent. */
    Timing sending() {
        return sending;
    }

    /** How long a member may be silent: as the slowest of the group needs. */
    Timing waiting() {
        Timing slowest = announced;
        for (M other : others) {
            Timing pace = told.getOrDefault(other, announced);
            slowest = pace.isSlowerThan(slowest) ? pace : slowest;
        }
        return slowest;
    }
}
