package io.purelb.cli;

import static java.net.HttpURLConnection.HTTP_FORBIDDEN;
import static java.net.HttpURLConnection.HTTP_UNAUTHORIZED;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.core.UserText;
import io.purelb.k8s.Api;
import io.purelb.k8s.Failures;
import io.purelb.k8s.TimeFlag;
import io.purelb.process.StartException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** The cluster that a verb changes, and how long the verb goes on trying: a picocli mixin. */
final class LiveCluster {
    private static final Duration PAUSE = Duration.ofMillis(500);
    /** An API server that has just begun does not know everybody's rights yet. */
    private static final Duration RIGHTS_ARE_READ = Duration.ofSeconds(10);

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            defaultValue = "${env:KUBECONFIG}",
            description = "how to reach the cluster (default: $KUBECONFIG, else the pod's service account, else"
                    + " ~/.kube/config)")
    private Optional<Path> kubeconfig = Optional.empty();

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "2m",
            converter = TimeFlag.class,
            description = "how long to go on trying while the API server is away or not done; default: 2m")
    private Duration timeout = Duration.ofMinutes(2);

    @Spec(Target.MIXEE)
    private CommandSpec verb;

    /** What a try came to: a result, or what is still missing. */
    record Try<T>(Optional<T> result, String missing) {
        static <T> Try<T> done(T result) {
            return new Try<>(Optional.of(result), "");
        }

        static <T> Try<T> missing(String what) {
            return new Try<>(Optional.empty(), what);
        }

        /** Done when nothing is missing. */
        static Try<Boolean> of(Optional<String> missing) {
            return missing.<Try<Boolean>>map(Try::missing).orElseGet(() -> done(true));
        }
    }

    /** Tries of one verb, which have one time together. */
    final class Tries implements AutoCloseable {
        private final Api api;
        private final long end = System.nanoTime() + timeout.toNanos();
        private String said = "";
        private Optional<Long> withoutRightsSince = Optional.empty();

        private Tries(Api api) {
            this.api = api;
        }

        Api api() {
            return api;
        }

        /**
         * The result of the first try that has one; what is missing is told as it changes.
         *
         * @param what is tried, for messages
         * @throws InputException when the API server refuses it, or the time is over
         */
        <T> T until(String what, Supplier<Try<T>> attempt) {
            while (true) {
                Try<T> now = attempt(what, attempt);
                if (now.result().isPresent()) {
                    return now.result().get();
                }
                if (System.nanoTime() - end > 0) {
                    throw new InputException(
                            what + " has not come about in " + timeout.toSeconds() + " s: " + now.missing());
                }
                if (!now.missing().equals(said)) {
                    said = now.missing();
                    verb.commandLine().getErr().println("purelb: " + UserText.escaped(what + ": " + said));
                }
                LockSupport.parkNanos(PAUSE.toNanos());
            }
        }

        private <T> Try<T> attempt(String what, Supplier<Try<T>> attempt) {
            try {
                return attempt.get();
            } catch (KubernetesClientException fault) {
                if (Failures.isFinal(fault) && !mayPass(fault)) {
                    throw new InputException(what + " is refused: " + Failures.describe(fault));
                }
                return Try.missing("trying again, because of: " + Failures.describe(fault));
            }
        }

        private boolean mayPass(KubernetesClientException fault) {
            if (fault.getCode() != HTTP_UNAUTHORIZED && fault.getCode() != HTTP_FORBIDDEN) {
                return false;
            }
            long now = System.nanoTime();
            withoutRightsSince = Optional.of(withoutRightsSince.orElse(now));
            return now - withoutRightsSince.get() < RIGHTS_ARE_READ.toNanos();
        }

        @Override
        public void close() {
            api.close();
        }
    }

    /**
     * Begins; nothing is sent yet.
     *
     * @throws InputException when there is no cluster to talk to
     */
    Tries tries() {
        try {
            return new Tries(Api.open(kubeconfig.filter(file -> !file.toString().isEmpty())));
        } catch (StartException fault) {
            throw new InputException(String.valueOf(fault.getMessage()));
        }
    }
}
