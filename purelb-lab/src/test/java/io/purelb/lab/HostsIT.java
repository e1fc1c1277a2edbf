package io.purelb.lab;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.lab.Hosts.Host;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostsIT {
    private final Hosts hosts = new Hosts(
            "pl-hosts-" + ProcessHandle.current().pid() + "-",
            List.of(Host.numbered("a", 101), Host.numbered("b", 102)));

    @BeforeEach
    void makeHosts() {
        Root.require();
        hosts.up();
    }

    @AfterEach
    void removeHosts() {
        hosts.close();
    }

    @Test
    void hostsLearnEachOthersMacInBothFamilies() {
        String mac = hosts.mac("b");
        assertTrue(Await.reached(() -> neighbour("172.30.250.102").contains(mac), LIMIT));
        assertTrue(Await.reached(() -> neighbour("fd00:250::102").contains(mac), LIMIT));
    }

    @Test
    void hostsAreRoutedThroughTheFabric() {
        assertTrue(in("a", "ip", "route", "get", "192.0.2.1").contains("via " + Hosts.GATEWAY + " dev eth0"));
        assertTrue(Await.reached(() -> neighbour(Hosts.GATEWAY).contains("lladdr"), LIMIT));
    }

    @Test
    void pulledCableTakesTheCarrierAway() {
        assertTrue(Await.reached(() -> link("a").contains("LOWER_UP"), LIMIT));
        hosts.setLink("a", false);
        assertTrue(Await.reached(() -> link("a").contains("NO-CARRIER"), LIMIT), () -> link("a"));
        hosts.setLink("a", true);
        assertTrue(Await.reached(() -> link("a").contains("LOWER_UP"), LIMIT), () -> link("a"));
    }

    @Test
    void closeLeavesNoNamespace() {
        hosts.close();
        String left = Command.run("ip", "netns", "list");
        hosts.namespaces().forEach(name -> assertFalse(left.contains(name), left));
    }

    @Test
    void takenNamespaceNameIsRefusedByName() {
        LabException refusal = assertThrows(LabException.class, hosts::up);
        assertTrue(refusal.getMessage().contains(hosts.fabric()), refusal.getMessage());
    }

    @Test
    void failingProgramIsNamedWithWhatItSaid() {
        LabException failure = assertThrows(LabException.class, () -> in("a", "ip", "link", "show", "absent0"));
        assertTrue(failure.getMessage().contains("absent0"), failure.getMessage());
        assertEquals(-1, failure.getMessage().indexOf('\n'));
    }

    /** Sends one packet from host a, for which its kernel must resolve the address, and shows what it learnt. */
    private String neighbour(String address) {
        String family = address.contains(":") ? "-6" : "-4";
        in("a", "ip", family, "neigh", "replace", address, "dev", "eth0", "nud", "incomplete", "use");
        return in("a", "ip", family, "neigh", "show", address, "dev", "eth0");
    }

    private String link(String host) {
        return in(host, "ip", "link", "show", "eth0");
    }

    private String in(String host, String... command) {
        return Hosts.exec(hosts.namespace(host), command);
    }
}
