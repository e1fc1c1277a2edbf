package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.Configuration;
import io.purelb.core.IpFamily;
import io.purelb.core.KnownNames;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WrittenNamesTest {
    @ParameterizedTest
    @CsvSource({"ServiceGroup, servicegroups", "LBNodeAgent, lbnodeagents"})
    void knownFieldsAreThoseOfTheDefinition(String kind, String plural) throws IOException {
        ObjectNode definition = Serialization.unmarshal(
                Files.readString(Path.of("../manifests/crds/" + plural + ".yaml")), ObjectNode.class);
        JsonNode schema = definition.at("/spec/versions/0/schema/openAPIV3Schema");
        Map<String, Set<String>> defined = new TreeMap<>();
        collect(schema.at("/properties/spec"), "spec", defined);
        Map<String, Set<String>> known = new TreeMap<>(KnownNames.fields(kind));
        assertEquals(Set.of("apiVersion", "kind", "metadata", "spec", "status"), known.remove(""));
        assertEquals(defined, known, "KnownNames has other fields than manifests/crds: correct its table");
    }

    private static void collect(JsonNode schema, String path, Map<String, Set<String>> fields) {
        if (schema.has("items")) {
            collect(schema.get("items"), path + "[]", fields);
        }
        JsonNode properties = schema.path("properties");
        if (properties.isEmpty()) {
            return;
        }
        Set<String> names = new TreeSet<>();
        properties.fieldNames().forEachRemaining(names::add);
        fields.put(path, names);
        names.forEach(name -> collect(properties.get(name), path + "." + name, fields));
    }

    @Test
    void keysOfAnnotationsAreThoseInUse() {
        List<String> known = KnownNames.annotations("Service");
        for (String key : List.of(
                Annotations.SERVICE_GROUP,
                Annotations.ADDRESSES,
                Annotations.SHARING_KEY,
                Annotations.ALLOW_LOCAL,
                Annotations.ALLOCATED_BY,
                Annotations.ALLOCATED_FROM,
                Annotations.ANNOUNCING_NODE,
                Annotations.ANNOUNCING_INTERFACE,
                Annotations.announcing(IpFamily.IPV4),
                Annotations.announcing(IpFamily.IPV6))) {
            assertEquals(1, known.stream().filter(key::equals).count(), key);
        }
    }

    private static ServiceGroupResource group(String applied) {
        ServiceGroupResource group = Serialization.unmarshal(
                "---\n{apiVersion: purelb.io/v1, kind: ServiceGroup, metadata: {namespace: purelb, name: g}}",
                ServiceGroupResource.class);
        WrittenNames.apply(group, applied);
        return group;
    }

    @Test
    void fieldThatTheServerDroppedIsFoundInWhatKubectlKept() {
        assertEquals(
                List.of("ServiceGroup purelb/g: spec.avoids means nothing to PureLB: did you mean avoid?"),
                WrittenNames.unknown(group("{\"spec\":{\"avoids\":[]}}")));
        for (String nothing : List.of("", "null", "[]", "{\"spec\":", "{\"spec\":null}")) {
            assertEquals(List.of(), WrittenNames.unknown(group(nothing)), nothing);
        }
    }

    @Test
    void unknownAnnotationOfAServiceIsFoundAndItsFieldsAreNotOurs() {
        HasMetadata service = new ServiceBuilder()
                .withNewMetadata()
                .withNamespace("shop")
                .withName("a")
                .addToAnnotations("purelb.io/address-pool", "virtualsub")
                .addToAnnotations("kubectl.kubernetes.io/last-applied-configuration", "{\"spce\":{}}")
                .endMetadata()
                .build();
        assertEquals(
                List.of("Service shop/a: annotation purelb.io/address-pool means nothing to PureLB: did you mean"
                        + " purelb.io/service-group?"),
                WrittenNames.unknown(service));
    }

    @Test
    void groupOfAnExternalIpamIsRefusedAsThat() {
        ServiceGroupResource group = group("{\"spec\":{\"netbox\":{\"url\":\"http://netbox.example.net/\"}}}");
        assertEquals(
                List.of("ServiceGroup purelb/g: spec.netbox is an external IPAM, which is not supported: write the"
                        + " addresses themselves into spec.local"),
                Configuration.of(Configuration.EMPTY, List.of(ServiceGroups.spec(group))).problems().stream()
                        .map(problem -> problem.message())
                        .toList());
    }
}
