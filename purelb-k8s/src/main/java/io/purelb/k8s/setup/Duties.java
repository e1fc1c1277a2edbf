package io.purelb.k8s.setup;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.k8s.Failures;
import io.purelb.k8s.WriteRefusedException;
import io.purelb.process.Log;
import io.purelb.process.LoopThread;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Looks after duties again and again: every half minute, and sooner, with back-off, while one is not fulfilled. What is
 * wrong is logged once, and again after it was right. Belongs to one thread.
 */
public final class Duties implements LoopThread.Step {
    static final Duration PERIOD = Duration.ofSeconds(30);
    static final Duration FIRST_PAUSE = Duration.ofMillis(500);
    static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    private static final Log LOG = Log.of(Duties.class);

    private final List<Watch> watches;

    /** Each of them, independent of the others. */
    public Duties(List<Duty> duties) {
        watches = duties.stream().map(Watch::new).toList();
    }

    @Override
    public long step(long now) {
        long wait = Long.MAX_VALUE;
        for (Watch watch : watches) {
            wait = Math.min(wait, watch.turn(now));
        }
        return wait == Long.MAX_VALUE ? Long.MAX_VALUE : now + wait;
    }

    /** One duty, and when to look at it again. */
    private static final class Watch {
        private final Duty duty;
        private Optional<Long> due = Optional.empty();
        private Duration pause = FIRST_PAUSE;
        private Set<String> said = Set.of();

        private Watch(Duty duty) {
            this.duty = duty;
        }

        /** Looks when it is time to; returns after how many nanoseconds it is again. */
        private long turn(long now) {
            long left = due.map(at -> at - now).orElse(0L);
            if (left > 0) {
                return left;
            }
            // First of all: should the duty throw what it must not, it has its pause nevertheless.
            due = Optional.of(now + pause.toNanos());
            boolean fulfilled = look();
            Duration next = fulfilled ? PERIOD : pause;
            pause = fulfilled ? FIRST_PAUSE : longer(pause);
            due = Optional.of(now + next.toNanos());
            return next.toNanos();
        }

        private boolean look() {
            try {
                List<String> faults = duty.fulfil();
                say(faults);
                return faults.isEmpty();
            } catch (KubernetesClientException fault) {
                if (!isPassing(fault)) {
                    say(List.of(duty + " cannot be seen to, trying again: " + Failures.describe(fault)));
                }
                return false;
            }
        }

        private void say(List<String> faults) {
            faults.stream().filter(fault -> !said.contains(fault)).forEach(LOG::warn);
            said = Set.copyOf(faults);
        }

        private static Duration longer(Duration pause) {
            Duration twice = pause.multipliedBy(2);
            return twice.compareTo(LONGEST_PAUSE) < 0 ? twice : LONGEST_PAUSE;
        }

        /** The API server is away, which the caches tell of, or somebody wrote at the same time, or another one leads. */
        private static boolean isPassing(KubernetesClientException fault) {
            return fault instanceof WriteRefusedException || Failures.isUnanswered(fault) || Failures.isStale(fault);
        }
    }
}
