package io.purelb.cli;

import io.purelb.core.Configuration;
import io.purelb.core.ConfigurationPlan;
import io.purelb.core.GroupSpec;
import io.purelb.core.ServiceKey;
import io.purelb.core.UserText;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code plan}: what a change of the service groups would do, before it is done. */
@Command(
        name = "plan",
        description = {
            "Say what would become of every Service's addresses if the ServiceGroups of a file were applied.",
            "Groups that the file does not name stay as they are.",
            "Annotation simulate.purelb.io/action: delete deletes one.",
            "Exit code 3 when an address would be orphaned that is not now, 1 when a group of the file would be refused."
        },
        mixinStandardHelpOptions = true)
final class PlanCommand implements Callable<Integer> {
    private static final int ORPHANS = 3;

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "ServiceGroups as they would be; - for standard input")
    private String file = "";

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (file.equals("-") && cluster.readsStandardInput()) {
            throw new ParameterException(spec.commandLine(), "-f and --state cannot both be read from standard input");
        }
        ClusterState state = ClusterState.of(cluster);
        Configuration now = state.configuration();
        Map<ServiceKey, GroupSpec> groups = state.specs();
        PlanFile change = new PlanFile(groups);
        Manifests.read(file, change::take);
        Configuration next = Configuration.of(now, groups.values());
        ConfigurationPlan plan =
                ConfigurationPlan.of(now, next, state.services().values());
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        change.skipped().print(err, "a plan is about ServiceGroups only");
        if (change.isEmpty()) {
            err.println("purelb: " + file + " holds no ServiceGroup: nothing would change");
        }
        output.print(out, PlanReport.of(plan, change.warnings()), report -> printTable(out, report));
        boolean refused =
                plan.problems().stream().anyMatch(problem -> change.applies(problem.namespace(), problem.name()));
        return refused ? ExitCode.SOFTWARE : plan.orphans() ? ORPHANS : ExitCode.OK;
    }

    private static void printTable(PrintWriter out, PlanReport report) {
        Table services = new Table("NAMESPACE", "NAME", "OUTCOME", "ADDRESS", "GROUP", "REASON");
        report.services()
                .forEach(line -> services.row(
                        line.namespace(), line.name(), line.outcome(), line.ip(), line.group(), line.reason()));
        services.print(out);
        out.println();
        Table groups = new Table("GROUP", "FAMILY", "SIZE", "ALLOCATED", "AVAILABLE");
        report.groups()
                .forEach(group ->
                        groups.row(group.name(), group.family(), group.size(), group.allocated(), group.available()));
        groups.print(out);
        report.warnings().forEach(warning -> out.println("warning: " + UserText.escaped(warning)));
        report.problems().forEach(problem -> out.println("problem: " + UserText.escaped(problem)));
    }
}
