package io.purelb.cli;

import io.purelb.core.UserText;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code simulate}: a whole cluster in a file, no cluster needed. */
@Command(
        name = "simulate",
        description = {
            "Carry out the objects of a file step by step, without a cluster, and say what PureLB would do.",
            "Steps are ServiceGroup, LBNodeAgent, Service, Node and EndpointSlice.",
            "Annotation simulate.purelb.io/action: delete deletes.",
            "Annotation simulate.purelb.io/interfaces has a Node's interfaces, of which the first has the default routes:",
            "  eth0=172.30.250.101/24,fd00:250::101/64 eth1=10.0.0.1/24"
        },
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {
    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description = "YAML documents or JSON; - for standard input")
    private String file = "";

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        SimulationFile run = new SimulationFile();
        Manifests.read(file, run::take);
        run.skipped().print(spec.commandLine().getErr(), "these play no part");
        PrintWriter out = spec.commandLine().getOut();
        output.print(out, SimulationReport.of(run), report -> printTable(out, report));
        return 0;
    }

    private static void printTable(PrintWriter out, SimulationReport report) {
        for (SimulationFile.Step step : report.steps()) {
            out.println(step.step() + ". " + step.action() + " " + step.object());
            step.effects().forEach(effect -> out.println("   " + UserText.escaped(effect)));
        }
        out.println();
        Table services = new Table("NAMESPACE", "NAME", "ADDRESSES", "ANNOUNCED BY", "REFUSAL");
        for (SimulationReport.ServiceState service : report.services()) {
            services.row(
                    service.namespace(),
                    service.name(),
                    Table.list(service.addresses().stream()
                            .map(SimulationReport.Address::ip)
                            .toList()),
                    Table.list(service.announcements().stream()
                            .map(place -> place.node() + ":" + place.networkInterface())
                            .distinct()
                            .toList()),
                    service.refusal() == null ? "-" : service.refusal().reason());
        }
        services.print(out);
    }
}
