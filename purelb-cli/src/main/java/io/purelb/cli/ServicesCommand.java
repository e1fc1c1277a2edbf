package io.purelb.cli;

import io.purelb.core.IpAddress;
import io.purelb.core.UserText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code services}: who has which address, where it is announced, and what is wrong. */
@Command(
        name = "services",
        description = {
            "Say for every address of PureLB where it comes from, who announces it, who shares it and what is wrong with it.",
            "Rows with a problem end in ***; -o yaml has the remedies in plain words.",
            "Reads Services, ServiceGroups, EndpointSlices, Nodes and LBNodeAgents. A virtual address that a node lacks"
                    + " is known only from the agents' metrics (purelb_lbnodeagent_announced) and not told here."
        },
        mixinStandardHelpOptions = true)
final class ServicesCommand implements Callable<Integer> {
    @Option(names = "--problems", description = "only addresses with a problem")
    private boolean problems;

    @Option(names = "--pool", paramLabel = "GROUP", description = "only addresses of this ServiceGroup")
    private Optional<String> pool = Optional.empty();

    @Option(names = "--node", paramLabel = "NODE", description = "only addresses that this node announces")
    private Optional<String> node = Optional.empty();

    @Option(names = "--ip", paramLabel = "ADDRESS", description = "only this address")
    private Optional<String> ip = Optional.empty();

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        Optional<String> address = ip.map(text -> IpAddress.tryParse(text)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(), "--ip " + UserText.quoted(text) + " is no IP address"))
                .toString());
        ClusterView view = ClusterView.of(cluster);
        List<ServiceRow> rows = ServiceRows.of(view).stream()
                .filter(row -> !problems || !row.problems().isEmpty())
                .filter(row -> pool.isEmpty() || row.pool().equals(pool.get()))
                .filter(row -> node.isEmpty() || announces(row, node.get()))
                .filter(row -> address.isEmpty() || row.ip().equals(address.get()))
                .toList();
        PrintWriter out = spec.commandLine().getOut();
        output.print(out, ServicesReport.of(rows, notes(view)), report -> printTable(out, report));
        return ExitCode.OK;
    }

    private static boolean announces(ServiceRow row, String node) {
        return row.announcing().stream()
                .map(ServiceRow.Announcer::node)
                .anyMatch(there -> there.equals(node) || there.equals(ServiceRow.EVERY_NODE));
    }

    private static List<String> notes(ClusterView view) {
        List<String> notes = new ArrayList<>();
        notes.add("whether every node has its virtual addresses is known only from the agents' metrics"
                + " (purelb_lbnodeagent_announced) and not told here");
        if (!view.knowsNodes()) {
            notes.add(
                    "no Node was read: local and virtual addresses cannot be told apart, nor whether announcers work");
        }
        if (!view.knowsEndpoints()) {
            notes.add("no EndpointSlice was read: whether pods are ready cannot be told");
        }
        return notes;
    }

    private static void printTable(PrintWriter out, ServicesReport report) {
        Table table =
                new Table("NAMESPACE", "SERVICE", "IPS", "POOL", "TYPE", "IPAM", "ANNOUNCING", "SHARING", "STATUS");
        report.addresses().forEach(row -> table.row(row.cells()));
        table.print(out);
        if (!report.sharedIPs().isEmpty()) {
            out.println();
            out.println("Shared IPs:");
            report.sharedIPs()
                    .forEach(shared -> out.println("  " + shared.ip() + " (" + UserText.escaped(shared.key()) + "): "
                            + String.join(", ", shared.services())));
        }
        out.println();
        out.println(report.summary());
        report.notes().stream().skip(1).forEach(note -> out.println("note: " + note));
    }
}
