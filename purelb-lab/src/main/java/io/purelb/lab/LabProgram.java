package io.purelb.lab;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The lab as a program: starts everything, tells about it, and removes everything, however it ends. */
public final class LabProgram {
    private static final Duration STOP = Duration.ofSeconds(10);

    /** What a shell reports for Ctrl-C; the JVM ends with the signal's own code anyway. */
    private static final int INTERRUPTED = 130;

    private final LabSettings settings;
    private final boolean check;
    private final PrintStream out;
    private volatile boolean stopping;

    private LabProgram(LabSettings settings, boolean check, PrintStream out) {
        this.settings = settings;
        this.check = check;
        this.out = out;
    }

    /**
     * Runs the lab until Ctrl-C, or, as a check, to its end.
     *
     * @param check walk through the claims instead of staying up
     * @param out for the account or the claims
     * @return 0, or 1 when a claim is false
     * @throws LabException when the lab cannot run
     */
    public static int run(LabSettings settings, boolean check, PrintStream out) {
        return new LabProgram(settings, check, out).run();
    }

    private int run() {
        Command.run("ip", "-V");
        if (settings.ownNamespaces()) {
            Command.run("ip", "link", "set", "lo", "up");
        }
        RunRecord record = RunRecord.open(settings.state());
        FutureTask<Integer> work = new FutureTask<>(() -> work(record));
        Thread thread = new Thread(work, "lab");
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(thread, record), "lab-stop"));
        thread.start();
        boolean logsAreOfUse = true;
        try {
            int code = work.get();
            logsAreOfUse = code != 0;
            return code;
        } catch (ExecutionException e) {
            if (stopping) {
                return INTERRUPTED;
            }
            throw explained(e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return INTERRUPTED;
        } finally {
            if (!stopping) {
                record.close(logsAreOfUse);
            }
        }
    }

    private static RuntimeException explained(Throwable failure) {
        if (failure instanceof KubernetesClientException refused) {
            return new LabException("The API server refuses or fails: " + refused.getMessage(), refused);
        }
        return failure instanceof LabException known ? known : new IllegalStateException("the lab is broken", failure);
    }

    private int work(RunRecord record) throws InterruptedException {
        Instant start = Instant.now();
        try (Lab lab = new Lab(settings, record, "purelb-lab-")) {
            lab.install();
            out.printf(
                    "%d nodes with an agent each, a client, the allocator and the %s API server are up after %.1f s.%n",
                    Lab.NODES.size(),
                    settings.api().name().toLowerCase(Locale.ROOT),
                    Duration.between(start, Instant.now()).toMillis() / 1000.0);
            List<Service> services = lab.applySamples();
            if (check) {
                return new WalkThrough(lab, services, out).run() ? 0 : 1;
            }
            Account account = new Account(lab, out);
            account.services(services);
            account.whatNext(enter());
            lab.programs().watch(this::tell);
            return 0;
        }
    }

    private Optional<String> enter() {
        return settings.ownNamespaces()
                ? Optional.of("nsenter -t " + ProcessHandle.current().pid() + " -U -m -n --preserve-credentials sh")
                : Optional.empty();
    }

    private void tell(String end) {
        if (!stopping) {
            out.println(end);
        }
    }

    /** On Ctrl-C, SIGTERM and normal exit alike: nothing more is made, what there is goes. */
    private void stop(Thread worker, RunRecord record) {
        stopping = true;
        worker.interrupt();
        try {
            worker.join(STOP.toMillis());
        } catch (InterruptedException nobodyInterruptsThisThread) {
            Thread.currentThread().interrupt();
        }
        record.close();
    }
}
