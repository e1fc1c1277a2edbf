package io.purelb.cli;

import io.purelb.k8s.setup.Definitions;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code apply-crds}: brings the cluster's CustomResourceDefinitions to this version, since helm never upgrades them. */
@Command(
        name = "apply-crds",
        description = {
            "Create or update PureLB's CustomResourceDefinitions in the cluster, and wait until they are served.",
            "Whoever created them, helm or kubectl, the fields of this version are owned by " + Definitions.MANAGER
                    + " afterwards.",
            "Exit code 1 when the API server refuses that or does not serve them in time."
        },
        mixinStandardHelpOptions = true)
final class ApplyCrdsCommand implements Callable<Integer> {
    @Mixin
    private LiveCluster cluster = new LiveCluster();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (LiveCluster.Tries tries = cluster.tries()) {
            Definitions definitions = new Definitions(tries.api());
            for (String name : definitions.names()) {
                Definitions.Outcome outcome =
                        tries.until("applying " + name, () -> LiveCluster.Try.done(definitions.apply(name)));
                out.println(name + " " + outcome.name().toLowerCase(Locale.ROOT));
            }
            for (String name : definitions.names()) {
                tries.until("establishing " + name, () -> LiveCluster.Try.of(definitions.notEstablished(name)));
                out.println(name + " established");
            }
            out.flush();
            return ExitCode.OK;
        }
    }
}
