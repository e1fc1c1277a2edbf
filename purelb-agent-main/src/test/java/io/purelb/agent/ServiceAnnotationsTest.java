package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.AddressPlan;
import io.purelb.core.AnnouncedService;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.ServiceKey;
import io.purelb.core.Subnet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class ServiceAnnotationsTest {
    private static final String V4 = "172.30.250.53";
    private static final String V6 = "fd00:250::53";

    private final Map<IpAddress, AddressPlan> plans = new TreeMap<>();
    private final Map<IpAddress, InterfaceAddress> held = new TreeMap<>();

    @Test
    void eachFamilyIsAnnotatedByItsOwnAnnouncer() {
        announcedBy("a", V4);
        announcedBy("b", V6);
        assertEquals(
                Map.of(
                        "purelb.io/announcing-IPv4", Optional.of("a, eth0"),
                        "purelb.io/announcing-node", Optional.of("a"),
                        "purelb.io/announcing-interface", Optional.of("eth0")),
                changes("a", Map.of(), V4, V6));
        held.clear();
        hold(V6);
        assertEquals(Map.of("purelb.io/announcing-IPv6", Optional.of("b, eth0")), changes("b", Map.of(), V4, V6));
    }

    @Test
    void otherFormsOfTheSameAreLeftAlone() {
        announcedBy("a", V4);
        Map<String, String> present = Map.of(
                "purelb.io/announcing-IPv4", "a, eth0",
                "purelb.io/announcing-node", "a",
                "purelb.io/announcing-interface", "eth0");
        assertEquals(Map.of(), changes("a", present, V4));
    }

    @Test
    void whatTheWinnerWillOverwriteIsNotRemoved() {
        announcedBy("b", V4);
        held.clear();
        assertEquals(Map.of(), changes("a", Map.of("purelb.io/announcing-IPv4", "a, eth0"), V4));
    }

    @Test
    void addressThatLeftTheServiceIsRemovedByWhoIsNamed() {
        Map<String, String> present = Map.of("purelb.io/announcing-IPv4", "a, eth0", "purelb.io/announcing-node", "a");
        assertEquals(
                Map.of(
                        "purelb.io/announcing-IPv4", Optional.empty(),
                        "purelb.io/announcing-node", Optional.empty()),
                changes("a", present));
        assertEquals(Map.of(), changes("b", present));
    }

    @Test
    void firstLiveNodeCleansUpAfterOneThatIsGone() {
        Map<String, String> present = Map.of("purelb.io/announcing-IPv4", "gone, eth0");
        assertEquals(Map.of("purelb.io/announcing-IPv4", Optional.empty()), changes("a", present));
        assertEquals(Map.of(), changes("b", present));
    }

    private void announcedBy(String winner, String address) {
        InterfaceAddress where = new InterfaceAddress("eth0", new Subnet(IpAddress.parse(address), 24));
        plans.put(
                IpAddress.parse(address),
                new AddressPlan(
                        IpAddress.parse(address),
                        AddressPlan.Scope.LOCAL,
                        Optional.of(where),
                        Optional.of(winner),
                        "",
                        List.of()));
        if (winner.equals("a")) {
            hold(address);
        }
    }

    private void hold(String address) {
        held.put(IpAddress.parse(address), new InterfaceAddress("eth0", new Subnet(IpAddress.parse(address), 24)));
    }

    private Map<String, Optional<String>> changes(String node, Map<String, String> present, String... addresses) {
        AnnouncedService service = new AnnouncedService(
                new ServiceKey("default", "web"),
                Stream.of(addresses).map(IpAddress::parse).toList(),
                false,
                false,
                Set.of());
        return new ServiceAnnotations(node, new TreeSet<>(Set.of("a", "b")), plans, held)
                .changes(new ServiceView(service, present));
    }
}
