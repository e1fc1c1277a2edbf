package io.purelb.k8s;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.process.Log;
import java.time.Duration;

/** Says once when the API server does not answer any more, and once when it does again. Owned by one thread. */
final class Reachability {
    private static final Log LOG = Log.of(Reachability.class);
    private static final long SILENCE = Duration.ofSeconds(30).toNanos();

    private boolean away;
    private boolean refused;
    private long refusedAt;

    /** A request was answered as it should be. */
    void answered() {
        if (away) {
            LOG.info("the API server answers again");
        }
        away = false;
        refused = false;
    }

    /**
     * A request failed and is tried again.
     *
     * @param object what it was about
     */
    void failed(KubernetesClientException fault, String object) {
        if (Failures.isUnanswered(fault)) {
            if (!away) {
                LOG.warn("the API server does not answer, trying again", "error", Failures.describe(fault));
            }
            away = true;
        } else if (!refused || System.nanoTime() - refusedAt > SILENCE) {
            refused = true;
            refusedAt = System.nanoTime();
            LOG.warn(
                    "cannot have the lease, trying again: nothing is written until then",
                    "lease",
                    object,
                    "error",
                    Failures.describe(fault));
        }
    }
}
