package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class UnknownNamesTest {
    private static List<String> group(Map<?, ?> spec) {
        return UnknownNames.in("ServiceGroup", Map.of("kind", "ServiceGroup", "spec", spec), List.of());
    }

    private static List<String> service(String... annotations) {
        return UnknownNames.in("Service", Map.of("spec", Map.of("tpye", "x")), List.of(annotations));
    }

    @Test
    void fieldThatIsNearlyAKnownOneIsNamedWithIt() {
        assertEquals(
                List.of("spec.avoids means nothing to PureLB: did you mean avoid?"),
                group(Map.of("avoids", List.of("10.0.0.1"))));
        assertEquals(
                List.of("spec.Namespaces means nothing to PureLB: did you mean namespaces?"),
                group(Map.of("Namespaces", List.of())));
        assertEquals(
                List.of("spec.local.v6pools[1].aggregaton means nothing to PureLB: did you mean aggregation?"),
                group(Map.of("local", Map.of("v6pools", List.of(Map.of(), Map.of("aggregaton", "/64"))))));
        assertEquals(
                List.of("spec.local.v4pools[0].sumnet means nothing to PureLB: did you mean subnet?"),
                group(Map.of("local", Map.of("v4pools", List.of(Map.of("sumnet", "10.0.0.0/24", "pool", "x"))))));
        assertEquals(
                List.of("spce means nothing to PureLB: did you mean spec?"),
                UnknownNames.in("ServiceGroup", Map.of("spce", 1), List.of()));
    }

    @Test
    void fieldAtTheWrongPlaceIsNamedWithItsPlace() {
        assertEquals(
                List.of("spec.local.namespaces means nothing to PureLB: did you mean spec.namespaces?"),
                group(Map.of("local", Map.of("namespaces", List.of("a")))));
        assertEquals(
                List.of("spec.v4pools means nothing to PureLB: did you mean spec.local.v4pools?"),
                group(Map.of("v4pools", List.of())));
    }

    @Test
    void fieldLikeNoOtherIsNamedWithWhatIsKnownThere() {
        assertEquals(
                List.of("spec.color means nothing to PureLB: take it out; known here: local, sharingScope, namespaces,"
                        + " avoid"),
                group(Map.of("color", "red")));
    }

    @Test
    void netboxIsNamedAsNotSupported() {
        assertEquals(
                List.of("spec.netbox means nothing to PureLB: an external IPAM, which is not supported: write the"
                        + " addresses themselves into spec.local"),
                group(Map.of("netbox", Map.of("url", "http://netbox.example.net/"))));
    }

    @Test
    void fieldsOfOtherVersionsOfAnLBNodeAgentAreNamed() {
        Map<?, ?> local = Map.of("garpConfig", Map.of("enabled", true));
        assertEquals(
                List.of("spec.local.garpConfig means nothing to PureLB: did you mean garp?"),
                UnknownNames.in("LBNodeAgent", Map.of("spec", Map.of("local", local)), List.of()));
    }

    @Test
    void annotationIsNamedWithTheKeyThatWasMeant() {
        assertEquals(
                List.of(
                        "annotation purelb.io/Service-Group means nothing to PureLB: did you mean purelb.io/service-group?",
                        "annotation purelb.io/address means nothing to PureLB: did you mean purelb.io/addresses?",
                        "annotation purelb.io/address-pool means nothing to PureLB: did you mean"
                                + " purelb.io/service-group?",
                        "annotation purelb.io/allow_shared_ip means nothing to PureLB: did you mean"
                                + " purelb.io/allow-shared-ip?",
                        "annotation purelb.io/color means nothing to PureLB: take it off; known here:"
                                + " purelb.io/service-group, purelb.io/addresses, purelb.io/allow-shared-ip,"
                                + " purelb.io/allow-local"),
                service(
                        "purelb.io/address-pool",
                        "purelb.io/address",
                        "purelb.io/Service-Group",
                        "purelb.io/allow_shared_ip",
                        "purelb.io/color",
                        "purelb.io/service-group",
                        "purelb.io/allocated-by",
                        "purelb.io/announcing-IPv4",
                        "simulate.purelb.io/action",
                        "example.com/color"));
        assertEquals(
                List.of("annotation purelb.io/service-group means nothing to PureLB: take it off; annotations of PureLB"
                        + " belong on Services"),
                UnknownNames.in("ServiceGroup", Map.of(), List.of("purelb.io/service-group")));
    }

    @Test
    void whatIsFreeToWriteIsNotLookedInto() {
        Map<String, ?> object = Map.of(
                "metadata", Map.of("nmae", "x"),
                "status", Map.of("redy", 1),
                "spec", Map.of("nodeSelector", Map.of("matchLabels", Map.of("anything", "goes"))));
        assertEquals(List.of(), UnknownNames.in("LBNodeAgent", object, List.of()));
    }

    @Test
    void manyOrLongNamesAreToldInShort() {
        Map<String, Integer> many = new HashMap<>();
        IntStream.range(0, 1000).forEach(i -> many.put("x\n" + i + "y".repeat(10_000), i));
        List<String> sentences = group(many);
        assertEquals(11, sentences.size());
        assertEquals("990 more names mean nothing to PureLB", sentences.get(10));
        assertTrue(sentences.stream().allMatch(sentence -> sentence.length() < 300 && !sentence.contains("\n")));
    }

    @Test
    void onlyNearNamesAreTakenForAnother() {
        assertEquals(Optional.of("pool"), UnknownNames.nearest("poll", List.of("subnet", "pool")));
        assertEquals(Optional.of("pool"), UnknownNames.nearest("opol", List.of("subnet", "pool")));
        assertEquals(Optional.empty(), UnknownNames.nearest("moon", List.of("subnet", "pool")));
    }
}
