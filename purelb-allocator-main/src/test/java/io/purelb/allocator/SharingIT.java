package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several Services on one address (specification, 2.4). */
final class SharingIT extends OnRealApi {
    @BeforeEach
    void start() {
        group("default", "10.0.0.0/29");
        allocator();
    }

    private void shares(Draft draft, String name) {
        create(draft.sharing("k"));
        assertEquals(List.of("10.0.0.0"), served(name));
    }

    @Test
    void sameKeyAndDisjointPortsShareTheProtocolBeingPartOfThePort() {
        shares(draft("tcp").port("TCP", 80), "tcp");
        shares(draft("udp").port("UDP", 80), "udp");
        shares(draft("tls").port("TCP", 443), "tls");
    }

    @Test
    void emptyKeyIsNoKey() {
        create(draft("a").sharing(""));
        create(draft("b").sharing(" ").port(443));
        assertEquals(2, List.of(served("a"), served("b")).stream().distinct().count());
    }

    @Test
    void otherKeyGetsAnotherAddress() {
        shares(draft("a").port(80), "a");
        create(draft("b").sharing("other").port(443));
        assertEquals(List.of("10.0.0.1"), served("b"));
    }

    @Test
    void groupMayLimitSharingToOneNamespace() {
        group("purelb", "default", Map.of("sharingScope", "Namespace"), "10.0.0.0/29");
        shares(draft("a").port(80), "a");
        shares(draft("b").port(443), "b");
        String other = namespace + "-other";
        makeNamespace(other);
        client.resource(draft("c").sharing("k").port(8080).in(other)).create();
        await(
                () -> client.services().inNamespace(other).withName("c").get(),
                service -> addresses(service).equals(List.of("10.0.0.1")));
        client.resource(draft("d").sharing("k").port(8081).asking("10.0.0.0").in(other))
                .create();
        await(
                () -> client.services().inNamespace(other).withName("d").get(),
                service -> "NAMESPACE_DENIED".equals(reason(service)));
    }

    @Test
    void localTrafficPolicyNeitherJoinsNorIsJoined() {
        shares(draft("a").port(80), "a");
        create(draft("local").sharing("k").port(443).localPolicy());
        String why = refused("local", "SHARING_WITH_LOCAL_POLICY");
        assertTrue(why.contains(namespace + "/a") && why.contains(namespace + "/local"), why);
        create(draft("b").sharing("l").port(80).localPolicy());
        assertEquals(List.of("10.0.0.1"), served("b"));
        create(draft("joining").sharing("l").port(443));
        refused("joining", "SHARING_WITH_LOCAL_POLICY");
    }

    @Test
    void serviceThatTurnsLocalWhileSharingKeepsItsAddressAndIsWarned() {
        shares(draft("a").port(80), "a");
        shares(draft("b").port(443), "b");
        edit("b", "{'spec':{'externalTrafficPolicy':'Local'}}");
        await(
                () -> events("b"),
                events -> events.stream()
                        .anyMatch(event -> event.startsWith("Warning SharingConflict: SHARING_WITH_LOCAL_POLICY")));
        await(
                () -> events("a"),
                events -> events.stream()
                        .anyMatch(event -> event.startsWith("Warning SharingConflict: SHARING_WITH_LOCAL_POLICY")));
        assertEquals(List.of("10.0.0.0"), addresses("b"));
        assertEquals(List.of("10.0.0.0"), addresses("a"));
    }

    @Test
    void portConflictIsRefusedWithTheBlockersNameAndGetsNoOtherAddress() {
        shares(draft("a").port(80), "a");
        create(draft("b").sharing("k").port(80));
        String why = refused("b", "PORT_CONFLICT");
        assertTrue(why.contains(namespace + "/a") && why.contains("80"), why);
        assertEquals(List.of(), addresses("b"));
    }

    @Test
    void changeOfOneMemberIsLookedAtByTheWholeSet() {
        shares(draft("a").port(80), "a");
        shares(draft("b").port(443), "b");
        create(draft("c").sharing("k").port(80));
        create(draft("d").sharing("k").port(443));
        refused("c", "PORT_CONFLICT");
        refused("d", "PORT_CONFLICT");
        edit("a", "{'spec':{'ports':[{'name':'p0','port':8080,'protocol':'TCP'}]}}");
        awaitAddresses("c", "10.0.0.0");
        delete("b");
        awaitAddresses("d", "10.0.0.0");
    }

    @Test
    void portThatComesToCollideIsWarnedOfAndClearedAgain() {
        shares(draft("a").port(80), "a");
        shares(draft("b").port(443), "b");
        edit("b", "{'spec':{'ports':[{'name':'p0','port':80,'protocol':'TCP'}]}}");
        for (String name : List.of("a", "b")) {
            await(
                    () -> events(name),
                    events -> events.stream()
                            .anyMatch(event -> event.startsWith("Warning SharingConflict: PORT_CONFLICT")));
        }
        assertEquals(addresses("a"), addresses("b"));
        delete("a");
        create(draft("c").sharing("k").port(443));
        assertEquals(List.of("10.0.0.0"), served("c"));
    }

    @Test
    void lastMemberToGoFreesAddressAndKey() {
        shares(draft("a").port(80), "a");
        shares(draft("b").port(443), "b");
        delete("a");
        barrier();
        create(draft("c"));
        assertEquals(List.of("10.0.0.1"), served("c"));
        delete("b");
        barrier();
        create(draft("d").sharing("other"));
        assertEquals(List.of("10.0.0.0"), served("d"));
    }
}
