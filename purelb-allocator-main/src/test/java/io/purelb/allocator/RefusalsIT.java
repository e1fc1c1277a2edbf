package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Every refusal as event, condition and metric, with the blocker and the remedy (specification, 2.8 and 2.9). */
final class RefusalsIT extends OnRealApi {
    private RunningAllocator allocator;

    @BeforeEach
    void start() {
        group("default", "10.0.0.0/29");
        group("small", "10.1.0.0/32");
        group("purelb", "closed", Map.of("namespaces", List.of("elsewhere")), "10.2.0.0/30");
        allocator = allocator();
        create(draft("holder").asking("10.0.0.5").sharing("k"));
        served("holder");
    }

    /** @param parts of the sentence: what is asked for, who is in the way, what to do */
    private void assertRefused(Reason reason, String pool, Draft draft, String name, String... parts) {
        create(draft);
        String why = refused(name, reason.name());
        for (String part : parts) {
            assertTrue(why.contains(part), () -> "\"" + part + "\" in: " + why);
        }
        awaitEvent(name, "Warning AllocationFailed: " + reason + ": " + why);
        assertEquals("purelb-allocator", eventsAbout(name).get(0).getSource().getComponent());
        assertEquals(List.of(), addresses(name));
        allocator.awaitValue(
                "purelb_service_pending{namespace=\"" + namespace + "\",service=\"" + name + "\",reason=\"" + reason
                        + "\"}",
                1);
        allocator.awaitValue(
                "purelb_address_pool_allocation_rejected_total{pool=\"" + pool + "\",reason=\"" + reason + "\"}", 1);
    }

    @Test
    void exhausted() {
        create(draft("only").group("small"));
        served("only");
        assertRefused(Reason.EXHAUSTED, "small", draft("web").group("small"), "web", "\"small\"", "IPv4", "enlarge");
    }

    @Test
    void unknownGroup() {
        assertRefused(
                Reason.UNKNOWN_GROUP, "", draft("web").group("nowhere"), "web", "\"nowhere\"", "create it or correct");
    }

    @Test
    void notInAnyGroup() {
        assertRefused(Reason.NOT_IN_ANY_GROUP, "default", draft("web").asking("9.9.9.9"), "web", "9.9.9.9", "add it");
    }

    @Test
    void wrongGroup() {
        assertRefused(
                Reason.WRONG_GROUP,
                "small",
                draft("web").asking("10.0.0.1").group("small"),
                "web",
                "10.0.0.1",
                "\"default\"",
                "\"small\"",
                "correct");
    }

    @Test
    void inUse() {
        assertRefused(
                Reason.IN_USE,
                "default",
                draft("web").asking("10.0.0.5"),
                "web",
                "10.0.0.5",
                namespace + "/holder",
                "choose another address");
    }

    @Test
    void portConflict() {
        assertRefused(
                Reason.PORT_CONFLICT,
                "default",
                draft("web").sharing("k"),
                "web",
                "80",
                "10.0.0.5",
                namespace + "/holder",
                "choose another port");
    }

    @Test
    void keyMismatch() {
        assertRefused(
                Reason.KEY_MISMATCH,
                "default",
                draft("web").asking("10.0.0.5").sharing("l").port(443),
                "web",
                "\"k\"",
                "\"l\"",
                namespace + "/holder",
                "use the same key");
    }

    @Test
    void sharingWithLocalPolicy() {
        assertRefused(
                Reason.SHARING_WITH_LOCAL_POLICY,
                "default",
                draft("web").sharing("k").port(443).localPolicy(),
                "web",
                "externalTrafficPolicy: Local",
                namespace + "/holder",
                "set it to Cluster");
    }

    @Test
    void namespaceDenied() {
        assertRefused(
                Reason.NAMESPACE_DENIED,
                "closed",
                draft("web").group("closed"),
                "web",
                "\"closed\"",
                "\"" + namespace + "\"",
                "spec.namespaces");
    }

    @Test
    void familyUnavailable() {
        assertRefused(
                Reason.FAMILY_UNAVAILABLE,
                "default",
                draft("web").families("SingleStack", "IPv6"),
                "web",
                "\"default\"",
                "IPv6",
                "add one");
    }

    @Test
    void malformedAddress() {
        assertRefused(
                Reason.MALFORMED_ADDRESS,
                "default",
                draft("web").asking("10.0.0"),
                "web",
                "purelb.io/addresses",
                "\"10.0.0\"",
                "write");
    }

    @Test
    void conflictingRequest() {
        assertRefused(
                Reason.CONFLICTING_REQUEST,
                "default",
                draft("web").asking("fd00::1"),
                "web",
                "fd00::1",
                "[IPv4]",
                "correct one of the two");
    }

    @Test
    void everyReasonHasItsTestHere() {
        List<String> tests = Stream.of(RefusalsIT.class.getDeclaredMethods())
                .filter(method -> method.isAnnotationPresent(Test.class))
                .map(method -> method.getName().toLowerCase(java.util.Locale.ROOT))
                .toList();
        List<String> missing = new ArrayList<>();
        for (Reason reason : Reason.values()) {
            if (!tests.contains(reason.name().replace("_", "").toLowerCase(java.util.Locale.ROOT))) {
                missing.add(reason.name());
            }
        }
        assertEquals(List.of(), missing);
        assertEquals(12, Reason.values().length);
    }
}
