package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Users who create, edit and delete Services and groups without a rest, by chance. What they write goes past the API
 * server's validation at times, and at times nobody answers: both are a user's everyday life and only counted.
 */
final class Churn {
    private static final int MOST_SERVICES = 500;
    private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
    private static final List<String> NAMESPACES = List.of("churn-a", "churn-b", "churn-c");

    /** Pool texts of each group; groups never overlap, so that what is in force does not depend on the past. */
    private static final Map<String, List<String>> POOLS = new TreeMap<>(Map.of(
            "default", List.of("10.1.0.0/24", "10.1.0.0/25", "10.1.0.64-10.1.0.200"),
            "small", List.of("10.2.0.0/29", "10.2.0.0-10.2.0.20", "10.2.0.5"),
            "scoped", List.of("10.3.0.0/27", "10.3.0.0/26", "10.3.0.8/29")));

    private final KubernetesClient client;
    private final Random random;
    private final List<String[]> services = new ArrayList<>();
    private final Map<String, Integer> counts = new TreeMap<>();
    private int named;

    Churn(KubernetesClient client, long seed) {
        this.client = client;
        this.random = new Random(seed);
    }

    /** How often each thing was done, and how often it was refused. */
    Map<String, Integer> counts() {
        return counts;
    }

    /** Makes all groups. */
    void begin() {
        POOLS.keySet().forEach(this::writeGroup);
    }

    /** Does one thing. */
    void turn() {
        int dice = random.nextInt(100);
        if (services.isEmpty() || (dice < 40 && services.size() < MOST_SERVICES)) {
            attempt("create", this::create);
        } else if (dice < 75) {
            attempt("edit", this::edit);
        } else if (dice < 97) {
            attempt("delete", this::delete);
        } else {
            attempt("group", () -> changeGroup(pick(List.copyOf(POOLS.keySet()))));
        }
    }

    private void attempt(String what, Runnable deed) {
        String outcome = what;
        try {
            deed.run();
        } catch (KubernetesClientException refused) {
            outcome = what + " refused " + refused.getCode();
        }
        counts.merge(outcome, 1, Integer::sum);
    }

    private <T> T pick(List<T> choices) {
        return choices.get(random.nextInt(choices.size()));
    }

    private boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    private void create() {
        Draft draft = Draft.draft("svc-" + named++);
        if (chance(15)) {
            draft.clusterIp();
        } else {
            draft.ofClass(ofClass());
        }
        if (chance(50)) {
            draft.group(group());
        }
        if (chance(15)) {
            draft.asking(address());
        } else if (chance(5)) {
            draft.loadBalancerIp(address());
        }
        if (chance(30)) {
            draft.sharing(key());
        }
        for (int port = random.nextInt(2); port >= 0; port--) {
            draft.port(pick(List.of("TCP", "UDP")), 80 + random.nextInt(6));
        }
        switch (random.nextInt(4)) {
            case 0 -> draft.families("RequireDualStack", "IPv4", "IPv6");
            case 1 -> draft.families("PreferDualStack", "IPv6", "IPv4");
            case 2 -> draft.families("SingleStack", pick(List.of("IPv4", "IPv6")));
            default -> {}
        }
        if (chance(15)) {
            draft.localPolicy();
        }
        Service made = client.resource(draft.in(pick(NAMESPACES))).create();
        services.add(new String[] {
            made.getMetadata().getNamespace(), made.getMetadata().getName()
        });
    }

    private @Nullable String ofClass() {
        int dice = random.nextInt(10);
        return dice == 0 ? "example.com/other" : dice < 5 ? "purelb.io/purelb" : null;
    }

    private String group() {
        return pick(List.of("default", "small", "small", "scoped", "nowhere"));
    }

    private String address() {
        return pick(List.of("10.1.0.", "10.2.0.", "10.3.0.", "10.9.0."))
                + random.nextInt(40)
                + (chance(20) ? ",fd00:1::" + Integer.toHexString(random.nextInt(40)) : "");
    }

    private String key() {
        return "key-" + random.nextInt(6);
    }

    private void edit() {
        String patch = switch (random.nextInt(9)) {
            case 0 ->
                "{'spec':{'type':'ClusterIP','loadBalancerClass':null,'externalTrafficPolicy':null,"
                        + "'allocateLoadBalancerNodePorts':null}}";
            case 1 -> "{'spec':{'type':'LoadBalancer','allocateLoadBalancerNodePorts':false}}";
            case 2 ->
                "{'spec':{'type':'LoadBalancer','allocateLoadBalancerNodePorts':false,"
                        + "'loadBalancerClass':'example.com/other'}}";
            case 3 -> annotation("service-group", group());
            case 4 -> annotation("addresses", address());
            case 5 -> annotation("allow-shared-ip", key());
            case 6 -> "{'spec':{'externalTrafficPolicy':'" + pick(List.of("Local", "Cluster")) + "'}}";
            case 7 ->
                pick(List.of(
                        "{'spec':{'ipFamilyPolicy':'SingleStack','ipFamilies':null,'clusterIPs':null}}",
                        "{'spec':{'ipFamilyPolicy':'PreferDualStack'}}",
                        "{'spec':{'ipFamilyPolicy':'RequireDualStack'}}"));
            default -> "{'spec':{'ports':[{'name':'p','protocol':'TCP','port':" + (80 + random.nextInt(6)) + "}]}}";
        };
        String[] service = pick(services);
        client.services().inNamespace(service[0]).withName(service[1]).patch(MERGE, patch.replace('\'', '"'));
    }

    private String annotation(String key, String value) {
        return "{'metadata':{'annotations':{'purelb.io/" + key + "':" + (chance(30) ? "null" : "'" + value + "'")
                + "}}}";
    }

    private void delete() {
        int which = random.nextInt(services.size());
        String[] service = services.get(which);
        client.services().inNamespace(service[0]).withName(service[1]).delete();
        services.remove(which);
    }

    private void changeGroup(String name) {
        if (chance(25)) {
            client.genericKubernetesResources("purelb.io/v1", "ServiceGroup")
                    .inNamespace("purelb")
                    .withName(name)
                    .delete();
        } else {
            writeGroup(name);
        }
    }

    private void writeGroup(String name) {
        int number = List.copyOf(POOLS.keySet()).indexOf(name) + 1;
        GenericKubernetesResource group = new GenericKubernetesResource();
        group.setApiVersion("purelb.io/v1");
        group.setKind("ServiceGroup");
        group.setMetadata(new io.fabric8.kubernetes.api.model.ObjectMetaBuilder()
                .withNamespace("purelb")
                .withName(name)
                .build());
        Map<String, Object> local = new TreeMap<>();
        local.put(
                "v4pools", List.of(Map.of("subnet", "10.0.0.0/8", "pool", pick(POOLS.getOrDefault(name, List.of())))));
        // Every other edit takes the second family away.
        local.put(
                "v6pools",
                chance(50)
                        ? List.of(Map.of(
                                "subnet",
                                "fd00:" + number + "::/64",
                                "pool",
                                "fd00:" + number + "::/" + pick(List.of("120", "124"))))
                        : List.of());
        group.setAdditionalProperty(
                "spec", Map.of("local", local, "sharingScope", name.equals("scoped") ? "Namespace" : "Cluster"));
        client.resource(group).forceConflicts().serverSideApply();
    }
}
