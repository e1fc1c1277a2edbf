package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Event;
import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.lab.Asker;
import io.purelb.lab.Hosts;
import io.purelb.netlink.NeighborSocket;
import io.purelb.netlink.Netlink;
import io.purelb.netlink.NetworkNamespace;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Hosts on the LAN that use an address of ours, or answer for one: the router stands for a machine that is no node. */
final class ForeignHostIT extends AgentsIT {
    /** One for each test: events outlive their Service. */
    private String service = "";

    @AfterEach
    void withdraw() {
        lan.client().services().inNamespace("default").withName(service).delete();
    }

    private void serve(IpAddress address) {
        service = "disputed-" + address.toString().replaceAll("[.:]+", "-");
        lan.serve(service, List.of(address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"172.30.250.90", "fd00:250::90"})
    void addressOfAnotherMachineIsNotTakenUntilItGoes(String text) {
        IpAddress address = IpAddress.parse(text);
        router("add", address);
        try (Asker watch = lan.ask(address)) {
            long served = System.nanoTime();
            serve(address);
            assertTrue(awaitConflict().contains(" does not announce " + address));
            assertEquals(1, watch.holders(served).size(), () -> "" + watch.holders(served));
            router("del", address);
            watch.awaitHolder(Election.winner(lan.nodes(), address).orElseThrow(), served, SOON);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"172.30.250.91", "fd00:250::91"})
    void addressThatAnotherMachineClaimsIsDefendedAndReported(String text) throws Exception {
        IpAddress address = IpAddress.parse(text);
        String winner = Election.winner(lan.nodes(), address).orElseThrow();
        try (Asker watch = lan.ask(address)) {
            serve(address);
            watch.awaitHolder(winner, System.nanoTime(), SOON);
            long claimed = System.nanoTime();
            routerClaims(address);
            assertTrue(awaitConflict().contains(" announces " + address));
            watch.awaitHolder(winner, System.nanoTime() + QUIET.toNanos(), SOON);
            assertEquals(
                    winner, watch.holders(claimed).get(watch.holders(claimed).size() - 1));
            assertEquals(0, watch.unanswered(claimed, SOON));
        }
    }

    /** As kube-proxy in IPVS mode without strict ARP makes nodes do. */
    @Test
    void nodeThatAnswersForEveryServiceDoesNotStopTheWinner() {
        IpAddress address = IpAddress.parse("172.30.250.92");
        String winner = Election.winner(lan.nodes(), address).orElseThrow();
        List<String> others = without(winner);
        others.forEach(node -> answer(node, address));
        try (Asker watch = lan.ask(address)) {
            watch.awaitHolder(others.get(0), System.nanoTime(), SOON);
            serve(address);
            watch.awaitHolder(winner, System.nanoTime(), SOON);
            assertTrue(Hosts.exec(lan.hosts().namespace(winner), "ip", "address", "show", "dev", "eth0")
                    .contains(address + "/"));
        } finally {
            others.forEach(node -> Hosts.exec(
                    lan.hosts().namespace(node),
                    "sh",
                    "-ec",
                    "ip link del kube-ipvs0; echo 1 > /proc/sys/net/ipv4/conf/all/arp_ignore"));
        }
    }

    private static void answer(String node, IpAddress address) {
        Hosts.exec(
                lan.hosts().namespace(node),
                "sh",
                "-ec",
                "echo 0 > /proc/sys/net/ipv4/conf/all/arp_ignore; ip link add kube-ipvs0 type ifb; ip address add "
                        + address + "/32 dev kube-ipvs0");
    }

    /** Twice, as RFC 5227 section 2.3 has it: the first time the agent may not listen for its new address yet. */
    private static void routerClaims(IpAddress address) throws Exception {
        for (int i = 0; i < 2; i++) {
            NetworkNamespace.call(lan.hosts().fabric(), () -> {
                try (Netlink kernel = Netlink.open();
                        NeighborSocket router =
                                NeighborSocket.open(kernel.link("br0").orElseThrow())) {
                    router.announce(address);
                    router.await(Duration.ofSeconds(2));
                    return true;
                }
            });
        }
    }

    /** Adds or deletes an address of the router. */
    private static void router(String what, IpAddress address) {
        // Without duplicate address detection, during which it would give way to whoever asks for the address.
        String details = address.family() == IpFamily.IPV4 ? "/24 dev br0" : "/64 dev br0 nodad";
        Hosts.exec(lan.hosts().fabric(), "sh", "-ec", "ip address " + what + " " + address + details);
    }

    /** What the Warning event says; it names the router's Ethernet address. */
    private String awaitConflict() {
        List<Event> events = lan.client()
                .v1()
                .events()
                .inNamespace("default")
                .informOnCondition(all -> all.stream().anyMatch(this::isConflict))
                .orTimeout(SOON.toSeconds(), TimeUnit.SECONDS)
                .join();
        String message = events.stream()
                .filter(this::isConflict)
                .findFirst()
                .orElseThrow()
                .getMessage();
        String router = Hosts.exec(lan.hosts().fabric(), "cat", "/sys/class/net/br0/address")
                .strip();
        assertTrue(message.contains(router), message);
        return message;
    }

    private boolean isConflict(Event event) {
        return event.getReason().equals("AddressConflict")
                && event.getInvolvedObject().getName().equals(service);
    }
}
