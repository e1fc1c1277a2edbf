package io.purelb.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.purelb.core.AddressFormatException;
import io.purelb.core.AgentSettings;
import io.purelb.core.EndpointNodes;
import io.purelb.core.FoundService;
import io.purelb.core.IpFamily;
import io.purelb.core.ServiceKey;
import io.purelb.core.ShownService;
import io.purelb.core.SimulatedNode;
import io.purelb.core.Simulation;
import io.purelb.core.SimulationEffect;
import io.purelb.core.Subnet;
import io.purelb.core.UserText;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.EndpointSlices;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.LBNodeAgents;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroups;
import io.purelb.k8s.Services;
import io.purelb.k8s.WrittenNames;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Carries out the objects of a file, one step each, on a {@link Simulation}. */
final class SimulationFile {
    private static final String ACTION = "simulate.purelb.io/action";
    private static final String INTERFACES = "simulate.purelb.io/interfaces";
    private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

    private final Simulation simulation = new Simulation();
    private final SkippedObjects skipped = new SkippedObjects();
    private final Map<String, Map<String, String>> nodeLabels = new TreeMap<>();
    private final Map<String, Set<IpFamily>> nodeFamilies = new HashMap<>();
    private final Map<ServiceKey, LBNodeAgentResource> agents = new TreeMap<>();
    /** Name of each node → how its agent is configured. */
    private final Map<String, AgentSettings> settings = new HashMap<>();

    private final List<Step> steps = new ArrayList<>();
    /** Name of each object that exists → when it was created. */
    private final Map<String, String> created = new HashMap<>();
    /** When the youngest object so far was created. */
    private Instant now = Instant.EPOCH;

    /** What one object of the file did. */
    record Step(int step, String object, String action, List<String> effects) {}

    Simulation simulation() {
        return simulation;
    }

    List<Step> steps() {
        return steps;
    }

    /** What plays no part in a simulation. */
    SkippedObjects skipped() {
        return skipped;
    }

    /**
     * Takes the next object.
     *
     * @throws InputException naming line and field that cannot be used
     */
    void take(Manifest manifest) {
        if (manifest.kind().type().isEmpty()) {
            skipped.add(manifest);
            return;
        }
        HasMetadata object = manifest.object();
        boolean delete = deletes(manifest, object);
        age(object, manifest.key(), delete);
        List<String> texts = new ArrayList<>();
        if (!delete && !(object instanceof Service other && !Services.isOurs(other, true))) {
            WrittenNames.unknown(object).forEach(unknown -> texts.add("Warning " + unknown));
        }
        for (SimulationEffect effect : carryOut(manifest, object, delete, texts)) {
            texts.add(EffectTexts.of(effect));
        }
        steps.add(new Step(steps.size() + 1, manifest.key(), delete ? "delete" : "apply", texts));
    }

    /** Whether an object is there to be deleted, not to be applied. */
    static boolean deletes(Manifest manifest, HasMetadata object) {
        String action = Services.annotation(object, ACTION).orElse("apply");
        if (!action.equals("apply") && !action.equals("delete")) {
            throw manifest.fault(
                    "metadata.annotations[" + ACTION + "]",
                    UserText.quoted(action) + " is not \"apply\" or \"delete\"");
        }
        return action.equals("delete");
    }

    private List<SimulationEffect> carryOut(Manifest manifest, HasMetadata object, boolean delete, List<String> notes) {
        if (object instanceof ServiceGroupResource group) {
            return delete
                    ? simulation.removeGroup(manifest.namespace(), manifest.name())
                    : simulation.putGroup(ServiceGroups.spec(group));
        }
        if (object instanceof Service service) {
            return service(service, delete);
        }
        if (object instanceof Node node) {
            return node(manifest, node, delete);
        }
        if (object instanceof EndpointSlice slice) {
            return slice(manifest, slice, delete);
        }
        return agent((LBNodeAgentResource) object, delete, notes);
    }

    /** An object that does not say when it was created is younger than all before it. */
    private void age(HasMetadata object, String name, boolean delete) {
        if (delete) {
            created.remove(name);
            return;
        }
        boolean silent = object.getMetadata().getCreationTimestamp() == null;
        Instant said = silent ? now.plusSeconds(1) : Services.created(object);
        now = said.isAfter(now) ? said : now;
        object.getMetadata().setCreationTimestamp(created.computeIfAbsent(name, n -> said.toString()));
    }

    private List<SimulationEffect> service(Service service, boolean delete) {
        ServiceKey key = Services.key(service);
        if (delete || !Services.isOurs(service, true)) {
            return simulation.removeService(key);
        }
        ServiceDefaults.fill(service, families());
        FoundService found = Services.found(service, true);
        if (service.getStatus() == null) {
            // As kubectl apply does: what it shows by now is left as it is.
            ShownService shown = simulation.shown(key).orElse(found.shown());
            found = new FoundService(found.request(), found.created(), shown);
        }
        return simulation.putService(
                found, Services.annotation(service, Annotations.ALLOW_LOCAL).isPresent());
    }

    /** The address families of the cluster, as far as its nodes tell. */
    private Set<IpFamily> families() {
        return nodeFamilies.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    }

    private List<SimulationEffect> node(Manifest manifest, Node node, boolean delete) {
        String name = manifest.name();
        if (delete) {
            nodeLabels.remove(name);
            nodeFamilies.remove(name);
            return simulation.removeNode(name);
        }
        Map<String, String> labels =
                Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of());
        nodeLabels.put(name, labels);
        String interfaces = Services.annotation(node, INTERFACES).orElse("");
        try {
            SimulatedNode simulated = SimulatedNode.parse(name, interfaces, labels.containsKey(EXCLUDED));
            nodeFamilies.put(
                    name,
                    simulated.interfaces().stream()
                            .flatMap(nic -> nic.addresses().stream())
                            .map(Subnet::family)
                            .collect(Collectors.toSet()));
            return simulation.putNode(simulated);
        } catch (AddressFormatException e) {
            throw manifest.fault("metadata.annotations[" + INTERFACES + "]", String.valueOf(e.getMessage()));
        }
    }

    private List<SimulationEffect> slice(Manifest manifest, EndpointSlice slice, boolean delete) {
        ServiceKey service = EndpointSlices.service(slice)
                .orElseThrow(() -> manifest.fault("metadata.labels", "lacks kubernetes.io/service-name"));
        EndpointNodes nodes = delete ? EndpointNodes.NONE : EndpointSlices.nodes(slice);
        return simulation.putEndpoints(service, slice.getMetadata().getName(), nodes);
    }

    private List<SimulationEffect> agent(LBNodeAgentResource agent, boolean delete, List<String> notes) {
        ServiceKey key = Services.key(agent);
        if (delete) {
            agents.remove(key);
        } else {
            agents.put(key, agent);
            LBNodeAgents.problem(agent).ifPresent(notes::add);
        }
        return simulation.configureAgents(this::settings);
    }

    /** As an agent does: one that cannot be used leaves the settings that were in force. */
    private AgentSettings settings(String node) {
        AgentSettings chosen = LBNodeAgents.choose(
                        agents.values(),
                        nodeLabels.getOrDefault(node, Map.of()),
                        settings.getOrDefault(node, AgentSettings.DEFAULT))
                .settings();
        settings.put(node, chosen);
        return chosen;
    }
}
