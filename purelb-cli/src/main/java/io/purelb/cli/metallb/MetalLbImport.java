package io.purelb.cli.metallb;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.Configuration;
import io.purelb.core.IpAddress;
import io.purelb.core.Subnet;
import io.purelb.core.UserText;
import io.purelb.k8s.Services;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Takes what MetalLB is configured with and the Services that it serves, and says it in PureLB's words. */
public final class MetalLbImport {
    static final String NAMESPACE = "purelb";

    private final Warnings warnings = new Warnings();
    private final MetalLbConfiguration metalLb = new MetalLbConfiguration(warnings);
    private final List<Service> services = new ArrayList<>();
    private final List<IpAddress> nodes = new ArrayList<>();
    private final List<Subnet> subnets;
    private final Optional<String> lbClass;

    /**
     * An import of nothing yet.
     *
     * @param subnets those that pools lie in, as the user names them
     * @param lbClass the {@code spec.loadBalancerClass} that MetalLB serves besides none
     */
    public MetalLbImport(List<Subnet> subnets, Optional<String> lbClass) {
        this.subnets = List.copyOf(subnets);
        this.lbClass = lbClass;
    }

    /**
     * What came of it.
     *
     * @param yaml ServiceGroups, with the commands in comments
     * @param script the commands
     * @param warnings what has no equivalent or needs a look
     * @param problems why ServiceGroups would be refused
     */
    public record Result(String yaml, String script, List<String> warnings, List<String> problems) {}

    /**
     * Takes an object of the cluster; the answer is whether it is one of MetalLB.
     *
     * @param title as messages name it
     * @throws IllegalArgumentException with a sentence when it cannot be read
     */
    public boolean take(String kind, String title, JsonNode object) {
        return metalLb.take(kind, title, object);
    }

    /** Takes a Service, whosever. */
    public void service(Service service) {
        services.add(service);
    }

    /** Takes a Node. */
    public void node(Node node) {
        if (node.getStatus() != null) {
            node.getStatus().getAddresses().stream()
                    .flatMap(address -> IpAddress.tryParse(address.getAddress()).stream())
                    .forEach(nodes::add);
        }
    }

    /** Whether there was any pool. */
    public boolean isEmpty() {
        return metalLb.pools().isEmpty();
    }

    /** Says it in PureLB's words. */
    public Result result() {
        List<ImportedGroup> groups = new GroupImport(metalLb, subnets, nodes, warnings).groups();
        ServiceImport importer = new ServiceImport(groups, lbClass, warnings);
        List<ServiceChange> changes = services.stream()
                .sorted(Comparator.comparing(Services::key))
                .flatMap(service -> importer.change(service).stream())
                .toList();
        Configuration check = Configuration.of(
                Configuration.EMPTY, groups.stream().map(ImportedGroup::spec).toList());
        String script = script(changes);
        return new Result(
                yaml(groups, script, changes),
                script,
                warnings.sentences(),
                check.problems().stream().map(problem -> problem.message()).toList());
    }

    private static String script(List<ServiceChange> changes) {
        List<String> now =
                changes.stream().flatMap(change -> change.commands().stream()).toList();
        List<String> late = changes.stream()
                .flatMap(change -> change.lateCommands().stream())
                .toList();
        StringBuilder script = new StringBuilder();
        if (!now.isEmpty()) {
            script.append("# Now, while MetalLB runs; it takes no notice.\n");
            now.forEach(command -> script.append(command).append('\n'));
        }
        if (!late.isEmpty()) {
            script.append("""
                    # With argument "later", once PureLB runs and MetalLB does not: a Service of MetalLB's class is without its address
                    # between the two commands.
                    [ "$1" = later ] || exit 0
                    """);
            late.forEach(command -> script.append(command).append('\n'));
        }
        return script.toString();
    }

    private static String yaml(List<ImportedGroup> groups, String script, List<ServiceChange> changes) {
        StringBuilder yaml = new StringBuilder("# ServiceGroups that were pools of MetalLB.\n");
        changes.stream()
                .filter(change -> !change.keeps().isEmpty())
                .forEach(change -> yaml.append("# Service ")
                        .append(change.service())
                        .append(" keeps ")
                        .append(change.keeps().stream().map(IpAddress::toString).collect(Collectors.joining(" and ")))
                        .append(".\n"));
        if (!script.isEmpty()) {
            yaml.append("# The Services need these commands (--commands prints nothing else):\n");
            script.lines()
                    .forEach(line -> yaml.append(line.startsWith("#") ? "" : "#   ")
                            .append(UserText.escaped(line))
                            .append('\n'));
        }
        groups.forEach(group -> yaml.append(group.yaml()));
        return yaml.toString();
    }
}
