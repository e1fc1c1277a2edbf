package io.purelb.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.core.Allocations;
import io.purelb.core.Configuration;
import io.purelb.core.ConfigurationPlan;
import io.purelb.core.GroupSpec;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServiceRequest;
import io.purelb.k8s.KubeClients;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroups;
import io.purelb.k8s.Services;
import io.purelb.process.StartException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
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
            "Groups that the file does not name stay as they are. Exit code 3 when an address would be orphaned."
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

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "the cluster as it is: saved ServiceGroups and Services (kubectl get sg,svc -A -o yaml);"
                    + " without it the live cluster is asked")
    private Optional<String> state = Optional.empty();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "how to reach the live cluster (default: $KUBECONFIG, else ~/.kube/config)")
    private Optional<Path> kubeconfig = Optional.empty();

    @Mixin
    private OutputOption output = new OutputOption();

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        if (file.equals("-") && state.equals(Optional.of("-"))) {
            throw new ParameterException(spec.commandLine(), "-f and --state cannot both be read from standard input");
        }
        Map<ServiceKey, GroupSpec> groups = new TreeMap<>();
        Allocations allocations = allocations(state.map(Manifests::read).orElseGet(this::live), groups);
        for (HasMetadata object : Manifests.read(file)) {
            if (!(object instanceof ServiceGroupResource group)) {
                throw new InputException(file + ": " + object.getKind() + " "
                        + object.getMetadata().getName() + " is not a ServiceGroup");
            }
            GroupSpec wanted = ServiceGroups.spec(namespaced(group));
            groups.merge(Services.key(group), wanted, PlanCommand::withAge);
        }
        Configuration next = Configuration.of(allocations.ledger().configuration(), groups.values());
        ConfigurationPlan plan = ConfigurationPlan.of(allocations, next);
        PrintWriter out = spec.commandLine().getOut();
        output.print(out, PlanReport.of(plan), report -> printTable(out, report));
        return plan.orphans() ? ORPHANS : 0;
    }

    private List<HasMetadata> live() {
        Optional<Path> named = kubeconfig.or(
                () -> Optional.ofNullable(System.getenv("KUBECONFIG")).map(Path::of));
        try (KubernetesClient client = KubeClients.open(named)) {
            List<HasMetadata> objects = new ArrayList<>();
            objects.addAll(client.resources(ServiceGroupResource.class)
                    .inAnyNamespace()
                    .list()
                    .getItems());
            objects.addAll(client.services().inAnyNamespace().list().getItems());
            return objects;
        } catch (StartException e) {
            throw new InputException(String.valueOf(e.getMessage()));
        } catch (KubernetesClientException e) {
            throw new InputException("the API server does not tell its ServiceGroups and Services: " + e.getMessage()
                    + "; name another cluster with --kubeconfig or saved objects with --state");
        }
    }

    /** A group that exists keeps its age when it is changed. */
    private static GroupSpec withAge(GroupSpec now, GroupSpec wanted) {
        return new GroupSpec(
                wanted.namespace(),
                wanted.name(),
                now.created(),
                wanted.pools(),
                wanted.sharing(),
                wanted.namespaces(),
                wanted.avoid());
    }

    private static <T extends HasMetadata> T namespaced(T object) {
        if (object.getMetadata().getNamespace() == null) {
            object.getMetadata().setNamespace("default");
        }
        return object;
    }

    private static Allocations allocations(List<HasMetadata> objects, Map<ServiceKey, GroupSpec> groups) {
        objects.forEach(PlanCommand::namespaced);
        List<ServiceGroupResource> existing = objects.stream()
                .filter(ServiceGroupResource.class::isInstance)
                .map(ServiceGroupResource.class::cast)
                .toList();
        existing.forEach(group -> groups.put(Services.key(group), ServiceGroups.spec(group)));
        List<Service> services = objects.stream()
                .filter(Service.class::isInstance)
                .map(Service.class::cast)
                .filter(service -> Services.isOurs(service, true))
                .toList();
        services.forEach(service -> ServiceDefaults.fill(service, "Service " + Services.key(service)));
        Allocations allocations = new Allocations();
        allocations.configure(Configuration.of(Configuration.EMPTY, ServiceGroups.standings(existing)));
        services.stream()
                .filter(Services::isBranded)
                .forEach(service -> allocations.adopt(
                        Services.request(service),
                        Services.created(service),
                        Services.ingress(service),
                        Services.allocatedFrom(service)));
        for (Service service : services) {
            ServiceRequest request = Services.request(service);
            allocations.put(request, Services.created(service));
        }
        return allocations;
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
        report.problems().forEach(problem -> out.println("problem: " + problem));
    }
}
