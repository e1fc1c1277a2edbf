package io.purelb.allocator;

import io.purelb.k8s.KubeClients;
import io.purelb.process.CommonFlags;
import io.purelb.process.JsonLog;
import io.purelb.process.Program;
import io.purelb.process.Version;
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

    @Option(
            names = "--default-announcer",
            paramLabel = "NAME",
            defaultValue = "${env:DEFAULT_ANNOUNCER:-}",
            description =
                    "PureLB: also serve Services that name no loadBalancerClass (environment: DEFAULT_ANNOUNCER).")
    private String defaultAnnouncer = "";

    private AllocatorMain() {}

    /** Runs until SIGTERM. */
    public static void main(String[] args) {
        Program.main(new AllocatorMain(), args);
    }

    @Override
    public Integer call() {
        JsonLog.install();
        AllocatorProcess process = DaggerAllocatorComponent.factory()
                .create(flags, KubeClients.open(flags.kubeconfig()), defaultAnnouncer.equals(US))
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
