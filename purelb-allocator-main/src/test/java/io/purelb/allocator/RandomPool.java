package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes ServiceGroups of one pool whose texts are addresses, nearly addresses, or nonsense. */
final class RandomPool {
    private static final List<String> ADDRESSES = List.of(
            "10.0.0.0",
            "10.0.0.1",
            "10.0.0.9",
            "10.0.0.10",
            "10.0.0.200",
            "10.0.1.0",
            "0.0.0.0",
            "255.255.255.255",
            "fd00::",
            "fd00::9",
            "FD00::a",
            "fd00:0:0:1::",
            "::",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "1::8");
    private static final List<String> LENGTHS =
            List.of("0", "7", "8", "16", "24", "25", "31", "32", "33", "64", "112", "128", "129", "", "024", "-1");
    private static final List<String> AGGREGATIONS =
            List.of("default", "", " ", "/8", "/7", "/24", "/32", "/33", "/128", "/129", "24", "/", "/08", "Default");
    private static final String LETTERS = "0123456789abcdefg.:/-% ";

    private final Random random;

    RandomPool(long seed) {
        random = new Random(seed);
    }

    /** The next group; the same ones for the same seed. */
    GenericKubernetesResource next() {
        Map<String, Object> pool = new HashMap<>(
                Map.of("subnet", damaged(pick(ADDRESSES) + "/" + pick(LENGTHS)), "pool", damaged(range())));
        if (random.nextInt(3) == 0) {
            pool.put("aggregation", pick(AGGREGATIONS));
        }
        Map<String, Object> local = switch (random.nextInt(6)) {
            case 0 -> pool;
            case 1 -> Map.of("v6pools", List.of(pool));
            case 2 -> Map.of("v6pool", pool);
            case 3 -> Map.of("v4pool", pool);
            default -> Map.of("v4pools", List.of(pool));
        };
        GenericKubernetesResource group = new GenericKubernetesResource();
        group.setApiVersion("purelb.io/v1");
        group.setKind("ServiceGroup");
        group.setMetadata(new ObjectMetaBuilder()
                .withNamespace("purelb")
                .withName("random")
                .build());
        group.setAdditionalProperty("spec", Map.of("local", local));
        return group;
    }

    private String range() {
        String first = pick(ADDRESSES);
        return switch (random.nextInt(5)) {
            case 0 -> first;
            case 1, 2 -> first + "/" + pick(LENGTHS);
            default -> first + pick(List.of("-", " - ")) + pick(ADDRESSES);
        };
    }

    /** Most often the text itself, else with a letter more, less or changed. */
    private String damaged(String text) {
        if (random.nextInt(3) != 0 || text.isEmpty()) {
            return text;
        }
        int at = random.nextInt(text.length());
        String letter = random.nextBoolean() ? "" : "" + LETTERS.charAt(random.nextInt(LETTERS.length()));
        return text.substring(0, at) + letter + text.substring(at + random.nextInt(2));
    }

    private String pick(List<String> texts) {
        return texts.get(random.nextInt(texts.size()));
    }
}
