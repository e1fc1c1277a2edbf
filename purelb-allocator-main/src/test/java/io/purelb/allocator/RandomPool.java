package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Makes ServiceGroups of one pool whose texts are addresses, nearly addresses, or nonsense. */
final class RandomPool {
    private static final List<String> IPV4 = List.of(
            "10.0.0.0",
            "10.0.0.1",
            "10.0.0.9",
            "10.0.0.10",
            "10.0.0.200",
            "10.0.1.0",
            "0.0.0.0",
            "255.255.255.255",
            "126.1.2.3",
            "127.0.0.1",
            "128.0.0.0",
            "224.0.0.5",
            "240.0.0.1");
    private static final List<String> IPV6 = List.of(
            "fd00::",
            "fd00::9",
            "FD00::a",
            "fd00:0:0:1::",
            "::",
            "1:2:3:4:5:6:7:8",
            "1:2:3:4:5:6:7::",
            "1::8",
            "::1",
            "::2",
            "fe7f::1",
            "fe80::5",
            "fec0::1",
            "ff02::1");
    private static final List<String> SUBNETS = List.of(
            "10.0.0.0/24", "10.0.0.9/23", "10.0.0.0/16", "0.0.0.0/0", "fd00::/64", "fd00::9/16", "1::/16", "::/0");
    private static final List<String> LENGTHS =
            List.of("0", "7", "8", "24", "25", "31", "32", "33", "64", "112", "128", "129", "", "024", "-1");
    private static final List<String> AGGREGATIONS =
            List.of("default", "", " ", "/8", "/7", "/24", "/32", "/33", "/128", "/129", "24", "/", "/08", "Default");
    private static final String LETTERS = "0123456789abcdefg.:/-% ";

    private final Random random;

    RandomPool(long seed) {
        random = new Random(seed);
    }

    /** The next group; the same ones for the same seed. */
    GenericKubernetesResource next() {
        boolean six = random.nextBoolean();
        List<String> addresses = six ? IPV6 : IPV4;
        String subnet = random.nextInt(4) == 0
                ? pick(addresses) + "/" + pick(LENGTHS)
                : pick(six ? SUBNETS.subList(4, 8) : SUBNETS.subList(0, 4));
        Map<String, Object> pool = new HashMap<>(
                Map.of("subnet", damaged(subnet), "pool", damaged(range(random.nextInt(9) == 0 ? IPV4 : addresses))));
        if (random.nextInt(3) == 0) {
            pool.put("aggregation", pick(AGGREGATIONS));
        }
        String family = random.nextInt(9) == 0 ? "v4" : six ? "v6" : "v4";
        Map<String, Object> local = switch (random.nextInt(4)) {
            case 0 -> pool;
            case 1 -> Map.of(family + "pool", pool);
            default -> Map.of(family + "pools", List.of(pool));
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

    private String range(List<String> addresses) {
        String first = pick(addresses);
        return switch (random.nextInt(6)) {
            case 0 -> first;
            case 1, 2 -> first + "/" + pick(LENGTHS);
            default -> first + pick(List.of("-", " - ")) + pick(random.nextInt(9) == 0 ? IPV4 : addresses);
        };
    }

    /** Most often the text itself, else with a letter more, less or changed. */
    private String damaged(String text) {
        if (random.nextInt(6) != 0) {
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
