package io.purelb.election;

import io.purelb.core.Membership;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** Remembers what a group told it, and waits for what it will tell. */
final class Witness implements GroupListener {
    private Membership latest = Membership.EMPTY;
    private final List<String> messages = new ArrayList<>();

    @Override
    public synchronized void membershipChanged(Membership membership) {
        latest = membership;
        notifyAll();
    }

    @Override
    public synchronized void messageReceived(String node, byte[] message) {
        messages.add(node + ":" + new String(message, StandardCharsets.UTF_8));
        notifyAll();
    }

    /** Waits until the membership is as wanted; fails after the limit. */
    synchronized void await(Duration limit, String what, Predicate<Membership> wanted) throws InterruptedException {
        await(limit, what, () -> wanted.test(latest));
    }

    synchronized void awaitMessages(Duration limit, List<String> wanted) throws InterruptedException {
        await(limit, "messages " + wanted, () -> messages.equals(wanted));
    }

    synchronized void awaitMessage(Duration limit, String wanted) throws InterruptedException {
        await(limit, "message " + wanted, () -> messages.contains(wanted));
    }

    /** Fails when the membership changes within this time. */
    synchronized void assertNothingHappens(Duration time) throws InterruptedException {
        Membership before = latest;
        long start = System.nanoTime();
        for (long left = time.toMillis(); left > 0; left = time.toMillis() - (System.nanoTime() - start) / 1_000_000) {
            wait(left);
            if (!latest.equals(before)) {
                throw new AssertionError(before + " became " + latest);
            }
        }
    }

    private void await(Duration limit, String what, BooleanSupplier done) throws InterruptedException {
        long start = System.nanoTime();
        while (!done.getAsBoolean()) {
            long left = limit.toMillis() - (System.nanoTime() - start) / 1_000_000;
            if (left <= 0) {
                throw new AssertionError("after " + limit + " no " + what + " but " + latest + " and " + messages);
            }
            wait(left);
        }
    }
}
