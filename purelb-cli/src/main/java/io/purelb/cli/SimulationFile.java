package io.purelb.cli;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Node;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.purelb.core.AddressFormatException;
import io.purelb.core.AgentSettings;
import io.purelb.core.EndpointNodes;
import io.purelb.core.ServiceKey;
import io.purelb.core.SimulatedNode;
import io.purelb.core.Simulation;
import io.purelb.core.SimulationEffect;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.EndpointSlices;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.LBNodeAgents;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.ServiceGroups;
import io.purelb.k8s.Services;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Carries out the objects of a file, one step each, on a {@link Simulation}. */
final class SimulationFile {
    private static final String ACTION = "simulate.purelb.io/action";
    private static final String INTERFACES = "simulate.purelb.io/interfaces";
    private static final String EXCLUDED = "node.kubernetes.io/exclude-from-external-load-balancers";

    private final Simulation simulation = new Simulation();
    private final Map<String, Map<String, String>> nodeLabels = new TreeMap<>();
    private final Map<ServiceKey, LBNodeAgentResource> agents = new TreeMap<>();
    private final List<Step> steps = new ArrayList<>();
    /** Name of each object that exists → when it was created. */
    private final Map<String, String> created = new HashMap<>();

    /** What one object of the file did. */
    record Step(int step, String object, String action, List<String> effects) {}

    Simulation simulation() {
        return simulation;
    }

    List<Step> steps() {
        return steps;
    }

    /** Takes the next object. */
    void take(HasMetadata object) {
        if (object.getMetadata().getNamespace() == null && !(object instanceof Node)) {
            object.getMetadata().setNamespace("default");
        }
        String action = Services.annotation(object, ACTION).orElse("apply");
        String name = object.getKind() + "/"
                + (object instanceof Node ? "" : object.getMetadata().getNamespace() + "/")
                + object.getMetadata().getName();
        if (!action.equals("apply") && !action.equals("delete")) {
            throw new InputException(
                    name + ": annotation " + ACTION + " \"" + action + "\" is not \"apply\" or \"delete\"");
        }
        int number = steps.size() + 1;
        boolean delete = action.equals("delete");
        age(object, name, delete, number);
        List<String> texts = new ArrayList<>();
        for (SimulationEffect effect : carryOut(object, name, delete, texts)) {
            texts.add(EffectTexts.of(effect));
        }
        steps.add(new Step(number, name, action, texts));
    }

    private List<SimulationEffect> carryOut(HasMetadata object, String name, boolean delete, List<String> notes) {
        if (object instanceof ServiceGroupResource group) {
            return delete
                    ? simulation.removeGroup(
                            group.getMetadata().getNamespace(),
                            group.getMetadata().getName())
                    : simulation.putGroup(ServiceGroups.spec(group));
        }
        if (object instanceof Service service) {
            return service(service, name, delete);
        }
        if (object instanceof Node node) {
            return node(node, name, delete);
        }
        if (object instanceof EndpointSlice slice) {
            return slice(slice, name, delete);
        }
        if (object instanceof LBNodeAgentResource agent) {
            return agent(agent, delete, notes);
        }
        throw new InputException(
                name + " plays no part: simulate takes ServiceGroup, LBNodeAgent, Service, Node and EndpointSlice");
    }

    /** Objects are as old as the place in the file where they were first applied, unless they say otherwise. */
    private void age(HasMetadata object, String name, boolean delete, int number) {
        if (delete) {
            created.remove(name);
            return;
        }
        String now = Instant.EPOCH.plusSeconds(number).toString();
        String said = object.getMetadata().getCreationTimestamp();
        object.getMetadata().setCreationTimestamp(created.computeIfAbsent(name, n -> said == null ? now : said));
    }

    private List<SimulationEffect> service(Service service, String name, boolean delete) {
        if (delete || !Services.isOurs(service, true)) {
            return simulation.removeService(Services.key(service));
        }
        ServiceDefaults.fill(service, name);
        return simulation.putService(
                Services.request(service),
                Services.created(service),
                Services.annotation(service, Annotations.ALLOW_LOCAL).isPresent());
    }

    private List<SimulationEffect> node(Node node, String name, boolean delete) {
        String nodeName = node.getMetadata().getName();
        if (delete) {
            nodeLabels.remove(nodeName);
            return simulation.removeNode(nodeName);
        }
        Map<String, String> labels =
                Optional.ofNullable(node.getMetadata().getLabels()).orElse(Map.of());
        nodeLabels.put(nodeName, labels);
        String interfaces = Services.annotation(node, INTERFACES).orElse("");
        try {
            return simulation.putNode(SimulatedNode.parse(nodeName, interfaces, labels.containsKey(EXCLUDED)));
        } catch (AddressFormatException e) {
            throw new InputException(name + ": annotation " + INTERFACES + " " + e.getMessage());
        }
    }

    private List<SimulationEffect> slice(EndpointSlice slice, String name, boolean delete) {
        ServiceKey service = EndpointSlices.service(slice)
                .orElseThrow(() -> new InputException(name + " has no label kubernetes.io/service-name"));
        EndpointNodes nodes = delete ? EndpointNodes.NONE : EndpointSlices.nodes(slice);
        return simulation.putEndpoints(service, slice.getMetadata().getName(), nodes);
    }

    private List<SimulationEffect> agent(LBNodeAgentResource agent, boolean delete, List<String> notes) {
        ServiceKey key = Services.key(agent);
        if (delete) {
            agents.remove(key);
        } else {
            agents.put(key, agent);
            LBNodeAgents.choose(List.of(agent), Map.of(), AgentSettings.DEFAULT)
                    .problem()
                    .ifPresent(notes::add);
        }
        return simulation.configureAgents(node -> LBNodeAgents.choose(
                        agents.values(), nodeLabels.getOrDefault(node, Map.of()), AgentSettings.DEFAULT)
                .settings());
    }
}
