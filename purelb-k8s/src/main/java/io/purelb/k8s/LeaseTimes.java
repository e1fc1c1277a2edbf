package io.purelb.k8s;

import io.purelb.core.UserText;
import io.purelb.process.StartException;
import java.time.Duration;
import java.util.Optional;

/**
 * The times of a leader's lease.
 *
 * @param duration for how long after its last renewal others leave the lease to its holder; whole seconds
 * @param renewDeadline for how long after its last renewal the holder itself writes; less than {@code duration}
 * @param retryPeriod how often the holder renews it and the others look at it; less than {@code renewDeadline}
 */
public record LeaseTimes(Duration duration, Duration renewDeadline, Duration retryPeriod) {
    /** Five seconds, four, one. */
    public static final LeaseTimes DEFAULT =
            new LeaseTimes(Duration.ofSeconds(5), Duration.ofSeconds(4), Duration.ofSeconds(1));

    /** @throws StartException when the times do not fit together */
    public LeaseTimes {
        if (duration.toSeconds() < 1 || !duration.equals(Duration.ofSeconds(duration.toSeconds()))) {
            throw new StartException(
                    "the lease duration " + text(duration) + " is no whole number of seconds: write 5s");
        }
        if (retryPeriod.isNegative()
                || retryPeriod.isZero()
                || retryPeriod.compareTo(renewDeadline) >= 0
                || renewDeadline.compareTo(duration) >= 0) {
            throw new StartException("the lease's retry period (" + text(retryPeriod)
                    + ") must be shorter than its renew deadline (" + text(renewDeadline)
                    + "), and that shorter than its duration (" + text(duration) + ")");
        }
    }

    /**
     * Reads {@code 5s}, {@code 500ms} or {@code 1m}.
     *
     * @throws IllegalArgumentException with a sentence, when it is nothing of the kind
     */
    public static Duration parse(String text) {
        String number = text.replaceAll("[a-z]+$", "");
        try {
            long count = Long.parseLong(number);
            Optional<Duration> time = switch (text.substring(number.length())) {
                case "ms" -> Optional.of(Duration.ofMillis(count));
                case "s" -> Optional.of(Duration.ofSeconds(count));
                case "m" -> Optional.of(Duration.ofMinutes(count));
                default -> Optional.empty();
            };
            if (time.isPresent()) {
                return time.get();
            }
        } catch (ArithmeticException | NumberFormatException notANumber) {
            // Refused below.
        }
        throw new IllegalArgumentException(UserText.quoted(text) + " is not a time: write 5s or 500ms");
    }

    private static String text(Duration time) {
        return time.toMillis() % 1000 == 0 ? time.toSeconds() + "s" : time.toMillis() + "ms";
    }
}
