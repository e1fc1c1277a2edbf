package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which address a Service gets (specification, 2.2). */
final class AddressChoiceIT extends OnRealApi {
    @BeforeEach
    void start() {
        group("default", "10.0.0.4/30", "10.0.0.0/31", "fd00::/120");
        group("virtual", "172.31.1.0/24");
        allocator();
    }

    @Test
    void requestedAddressIsGivenWhenAGroupContainsIt() {
        create(draft("web").asking("172.31.1.9"));
        assertEquals(List.of("172.31.1.9"), served("web"));
        assertEquals("virtual", annotation(get("web"), "purelb.io/allocated-from"));
    }

    @Test
    void requestIsTrimmedAndMayNameOneAddressOfEachFamily() {
        create(draft("web").asking(" fd00::9 ,  10.0.0.6 ").families("RequireDualStack", "IPv4", "IPv6"));
        assertEquals(List.of("10.0.0.6", "fd00::9"), served("web"));
        create(draft("two").asking("10.0.0.4,10.0.0.5"));
        refused("two", "CONFLICTING_REQUEST");
    }

    @Test
    void loadBalancerIpIsARequestToo() {
        create(draft("web").loadBalancerIp("10.0.0.7"));
        assertEquals(List.of("10.0.0.7"), served("web"));
        create(draft("both").loadBalancerIp("10.0.0.6").asking("10.0.0.5"));
        refused("both", "CONFLICTING_REQUEST");
    }

    @Test
    void requestedAddressMustBelongToTheGroupNamedBesideIt() {
        create(draft("web").asking("10.0.0.5").group("virtual"));
        refused("web", "WRONG_GROUP");
        annotate("web", "purelb.io/service-group", "default");
        assertEquals(List.of("10.0.0.5"), served("web"));
    }

    @Test
    void requestedAddressThatIsHeldIsGivenOnlyToWhoMayShareIt() {
        create(draft("first").asking("10.0.0.5").sharing("k"));
        assertEquals(List.of("10.0.0.5"), served("first"));
        create(draft("second").asking("10.0.0.5").sharing("k").port(443));
        assertEquals(List.of("10.0.0.5"), served("second"));
        create(draft("third").asking("10.0.0.5"));
        refused("third", "IN_USE");
    }

    @Test
    void otherwiseTheLowestFreeAddressOfTheNamedGroupComesNetworkAddressIncluded() {
        create(draft("web").group("virtual"));
        assertEquals(List.of("172.31.1.0"), served("web"));
        create(draft("next").group("virtual"));
        assertEquals(List.of("172.31.1.1"), served("next"));
        delete("web");
        barrier();
        create(draft("third").group("virtual"));
        assertEquals(List.of("172.31.1.0"), served("third"));
    }

    @Test
    void withoutANameItComesFromDefaultRangesInTheWrittenOrderAndNeverFromAnotherGroup() {
        for (String address : List.of("10.0.0.4", "10.0.0.5", "10.0.0.6", "10.0.0.7", "10.0.0.0", "10.0.0.1")) {
            String name = "for-" + address.replace('.', '-');
            create(draft(name));
            assertEquals(List.of(address), served(name));
        }
        create(draft("seventh"));
        refused("seventh", "EXHAUSTED");
    }

    @Test
    void namespacesOfAGroupBindByNameAsDefaultAndByRequestedAddress() {
        makeNamespace("elsewhere");
        group("purelb", "default", Map.of("namespaces", List.of("elsewhere")), "10.0.0.4/30");
        group("purelb", "mine", Map.of("namespaces", List.of(namespace)), "10.3.0.0/30");
        create(draft("as-default"));
        refused("as-default", "NAMESPACE_DENIED");
        create(draft("by-name").group("default"));
        refused("by-name", "NAMESPACE_DENIED");
        create(draft("by-address").asking("10.0.0.5"));
        refused("by-address", "NAMESPACE_DENIED");
        create(draft("admitted").group("mine"));
        assertEquals(List.of("10.3.0.0"), served("admitted"));
    }
}
