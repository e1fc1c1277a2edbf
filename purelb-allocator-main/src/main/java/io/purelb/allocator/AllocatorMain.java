package io.purelb.allocator;

import io.fabric8.kubernetes.client.Config;
import io.purelb.k8s.KubeClients;
import io.purelb.k8s.LeaseTimes;
import io.purelb.k8s.TimeFlag;
import io.purelb.process.CommonFlags;
import io.purelb.process.JsonLog;
import io.purelb.process.Program;
import io.purelb.process.Version;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The allocator's main class. */
@Command(
        name = "allocator",
        mixinStandardHelpOptions = true,
        versionProvider = AllocatorMain.VersionText.class,
        description = "Gives addresses of service groups to Services of type LoadBalancer.")
public final class AllocatorMain implements Callable<Integer> {
    private static final String US = "PureLB";

    @Mixin
    private CommonFlags flags = new CommonFlags();

    @Mixin
    private SetupFlags setup = new SetupFlags();

    @Option(
            names = "--default-announcer",
            paramLabel = "NAME",
            defaultValue = "${env:DEFAULT_ANNOUNCER:-}",
            description =
                    "PureLB: also serve Services that name no loadBalancerClass (environment: DEFAULT_ANNOUNCER).")
    private String defaultAnnouncer = "";

    @Option(
            names = "--lease-duration",
            paramLabel = "TIME",
            defaultValue = "${env:PURELB_LEASE_DURATION:-5s}",
            converter = TimeFlag.class,
            description = "How long the others leave the lease to a leader that does not renew it, in whole seconds"
                    + " (environment: PURELB_LEASE_DURATION); default: 5s.")
    private Duration leaseDuration = Duration.ofSeconds(5);

    @Option(
            names = "--renew-deadline",
            paramLabel = "TIME",
            defaultValue = "${env:PURELB_RENEW_DEADLINE:-4s}",
            converter = TimeFlag.class,
            description = "How long a leader writes without having renewed the lease"
                    + " (environment: PURELB_RENEW_DEADLINE); default: 4s.")
    private Duration renewDeadline = Duration.ofSeconds(4);

    @Option(
            names = "--retry-period",
            paramLabel = "TIME",
            defaultValue = "${env:PURELB_RETRY_PERIOD:-1s}",
            converter = TimeFlag.class,
            description =
                    "How often the lease is renewed, or looked at (environment: PURELB_RETRY_PERIOD); default: 1s.")
    private Duration retryPeriod = Duration.ofSeconds(1);

    private AllocatorMain() {}

    /** Runs until SIGTERM. */
    public static void main(String[] args) {
        Program.main(new AllocatorMain(), args);
    }

    @Override
    public Integer call() {
        JsonLog.install();
        LeaseTimes times = new LeaseTimes(leaseDuration, renewDeadline, retryPeriod);
        Config config = KubeClients.config(flags.kubeconfig());
        AllocatorProcess process = DaggerAllocatorComponent.factory()
                .create(
                        flags,
                        setup,
                        times,
                        mayWrite -> KubeClients.open(config, mayWrite),
                        defaultAnnouncer.equals(US))
                .process();
        process.start();
        Program.awaitTermination(process::close);
        return 0;
    }

    /** The version for {@code --version}. */
    static final class VersionText implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {Version.of(AllocatorMain.class)};
        }
    }
}
