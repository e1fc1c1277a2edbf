package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whose a Service is; everything else stays as it is, byte for byte (specification, beginning of section 2 and 2.7). */
final class OwnershipIT extends OnRealApi {
    private String bytes(String name) {
        return Serialization.asJson(get(name));
    }

    @Test
    void defaultAnnouncerServesOurClassAndNoClass() {
        group("default", "10.0.0.0/30");
        allocator();
        create(draft("ours"));
        create(draft("classless").ofClass(null));
        assertEquals(1, served("ours").size());
        assertEquals(1, served("classless").size());
    }

    @Test
    void withoutDefaultAnnouncerServicesOfNoClassStayUntouched() {
        group("default", "10.0.0.0/30");
        create(draft("classless").ofClass(null));
        create(draft("shows").ofClass(null));
        showIngress("shows", "10.0.0.3");
        String classless = bytes("classless");
        String shows = bytes("shows");
        allocator(Plane.allocatorAccount(), false);
        create(draft("ours"));
        assertEquals(List.of("10.0.0.0"), served("ours"));
        barrier();
        assertEquals(classless, bytes("classless"));
        assertEquals(shows, bytes("shows"));
    }

    @Test
    void brandKeepsAServiceOursWhenDefaultAnnouncerIsTakenAway() {
        group("default", "10.0.0.0/32");
        RunningAllocator first = allocator();
        create(draft("classless").ofClass(null));
        served("classless");
        first.close();
        String before = bytes("classless");
        allocator(Plane.allocatorAccount(), false);
        create(draft("ours"));
        refused("ours", "EXHAUSTED");
        assertEquals(before, bytes("classless"));
        delete("classless");
        awaitAddresses("ours", "10.0.0.0");
    }

    @Test
    void otherClassesAndTypesStayUntouched() {
        group("default", "10.0.0.0/30");
        create(draft("metal").ofClass("example.com/metal").asking("10.0.0.1"));
        showIngress("metal", "192.0.2.1");
        create(draft("internal").clusterIp().asking("10.0.0.1"));
        List<String> before = List.of(bytes("metal"), bytes("internal"));
        allocator();
        barrier();
        assertEquals(before, List.of(bytes("metal"), bytes("internal")));
        annotate("metal", "touched", "by its owner");
        String touched = bytes("metal");
        barrier();
        assertEquals(touched, bytes("metal"));
        assertEquals(List.of(), events("metal"));
    }

    @Test
    void foreignIngressStaysUntouched() {
        group("default", "10.0.0.0/30");
        create(draft("foreign"));
        showIngress("foreign", "192.0.2.1");
        create(draft("mixed"));
        showIngress("mixed", "10.0.0.1", "192.0.2.2");
        create(draft("named"));
        client.services()
                .inNamespace(namespace)
                .withName("named")
                .subresource("status")
                .patch(
                        io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
                        "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"hostname\":\"lb.example.com\"}]}}}");
        List<String> before = List.of(bytes("foreign"), bytes("mixed"), bytes("named"));
        RunningAllocator allocator = allocator();
        barrier();
        annotate("foreign", "purelb.io/addresses", "10.0.0.2");
        String edited = bytes("foreign");
        barrier();
        assertEquals(edited, bytes("foreign"));
        assertEquals(before.subList(1, 3), List.of(bytes("mixed"), bytes("named")));
        assertEquals(List.of(), allocator.series("purelb_address_allocated"));
        showIngress("foreign");
        assertEquals(List.of("10.0.0.2"), served("foreign"), "served as soon as the other controller lets go");
    }

    @Test
    void unbrandedIngressOfOurClassThatLiesInAPoolIsAdopted() {
        group("default", "10.0.0.0/30");
        create(draft("shows"));
        showIngress("shows", "10.0.0.2");
        allocator();
        assertEquals(List.of("10.0.0.2"), served("shows"));
        assertEquals("PureLB", annotation(get("shows"), "purelb.io/allocated-by"));
    }

    @Test
    void otherWritersFieldsAreLeftAlone() {
        group("default", "10.0.0.0/30");
        create(draft("web").annotated("example.com/note", "kept"));
        client.services()
                .inNamespace(namespace)
                .withName("web")
                .subresource("status")
                .patch(
                        io.fabric8.kubernetes.client.dsl.base.PatchContext.of(
                                io.fabric8.kubernetes.client.dsl.base.PatchType.JSON_MERGE),
                        "{\"status\":{\"conditions\":[{\"type\":\"example.com/Ready\",\"status\":\"True\",\"reason\":\"R\",\"message\":\"m\","
                                + "\"observedGeneration\":7,\"lastTransitionTime\":\"2026-01-01T00:00:00Z\"}]}}");
        String theirs =
                Serialization.asJson(get("web").getStatus().getConditions().get(0));
        allocator();
        served("web");
        assertEquals("kept", annotation(get("web"), "example.com/note"));
        assertTrue(get("web").getStatus().getConditions().stream()
                .map(Serialization::asJson)
                .anyMatch(theirs::equals));
    }
}
