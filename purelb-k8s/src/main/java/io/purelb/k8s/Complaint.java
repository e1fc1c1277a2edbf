package io.purelb.k8s;

import java.util.concurrent.TimeUnit;

/** Lets one line through in 30 seconds. Any thread. */
final class Complaint {
    private static final long SILENCE = TimeUnit.SECONDS.toNanos(30);

    private long last;
    private boolean never = true;

    synchronized boolean isDue() {
        long now = System.nanoTime();
        boolean due = never || now - last > SILENCE;
        if (due) {
            never = false;
            last = now;
        }
        return due;
    }
}
