package io.purelb.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.purelb.cli.metallb.MetalLbImport;
import io.purelb.core.Subnet;
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

/** {@code import metallb}: pools and running Services of MetalLB, such that no Service gets another address. */
@Command(
        name = "metallb",
        description = {
            "Print ServiceGroups for MetalLB's pools, and commands that say on its Services what its annotations say.",
            "Every Service keeps its address, and nothing is changed. What has no equivalent is told on standard error, each"
                    + " with what to do.",
            "Exit code 1 when a group would be refused."
        },
        mixinStandardHelpOptions = true)
final class ImportMetalLbCommand implements Callable<Integer> {
    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "FILE",
            description =
                    "MetalLB's objects: IPAddressPool, L2Advertisement, BGPAdvertisement, AddressPool or the ConfigMap;"
                            + " Services and Nodes in it are taken for the cluster's; - for standard input")
    private String file = "";

    @Option(
            names = "--subnet",
            paramLabel = "SUBNET",
            description =
                    "the subnet of pools that lie in it, such as that of the nodes' LAN; may be given several times")
    private List<String> subnets = new ArrayList<>();

    @Option(
            names = "--lb-class",
            paramLabel = "CLASS",
            description = "the loadBalancerClass that MetalLB serves (its flag --lb-class), if any")
    private Optional<String> lbClass = Optional.empty();

    @Option(names = "--commands", description = "print the commands for the Services only, as a shell script")
    private boolean commands;

    @Mixin
    private ClusterOption cluster = new ClusterOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (file.equals("-") && cluster.readsStandardInput()) {
            throw new ParameterException(spec.commandLine(), "-f and --state cannot both be read from standard input");
        }
        MetalLbImport metalLb =
                new MetalLbImport(subnets.stream().map(this::subnet).toList(), lbClass);
        List<HasMetadata> inFile = new ArrayList<>();
        SkippedObjects skipped = new SkippedObjects();
        Manifests.read(file, manifest -> take(metalLb, manifest, inFile, skipped));
        PrintWriter err = spec.commandLine().getErr();
        skipped.print(err, "these are not MetalLB's");
        if (metalLb.isEmpty()) {
            throw new InputException(file + " holds no pool of MetalLB: give what kubectl get ipaddresspools,"
                    + "l2advertisements,bgpadvertisements --all-namespaces --output yaml prints");
        }
        if (inFile.isEmpty()) {
            cluster.read(List.of(Service.class, Node.class), object -> take(metalLb, object));
        } else {
            inFile.forEach(object -> take(metalLb, object));
        }
        MetalLbImport.Result result = metalLb.result();
        PrintWriter out = spec.commandLine().getOut();
        out.print(commands ? result.script() : result.yaml());
        out.flush();
        result.warnings().forEach(warning -> err.println("purelb: warning: " + warning));
        result.problems().forEach(problem -> err.println("purelb: problem: " + UserText.escaped(problem)));
        return result.problems().isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
    }

    private Subnet subnet(String text) {
        return Subnet.tryParse(text)
                .orElseThrow(() -> new ParameterException(
                        spec.commandLine(),
                        "--subnet " + UserText.quoted(text) + " is no subnet: write address/length"));
    }

    private static void take(
            MetalLbImport metalLb, Manifest manifest, List<HasMetadata> inFile, SkippedObjects skipped) {
        if (manifest.kind().is(Service.class) || manifest.kind().is(Node.class)) {
            inFile.add(manifest.object());
            return;
        }
        try {
            if (!metalLb.take(manifest.kind().name(), manifest.title(), manifest.tree())) {
                skipped.add(manifest);
            }
        } catch (IllegalArgumentException e) {
            throw new InputException(manifest.place() + ": " + e.getMessage());
        }
    }

    private static void take(MetalLbImport metalLb, HasMetadata object) {
        if (object instanceof Service service) {
            metalLb.service(service);
        } else if (object instanceof Node node) {
            metalLb.node(node);
        }
    }
}
