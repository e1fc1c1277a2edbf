package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.AddressOptions;
import io.purelb.core.AddressPlan;
import io.purelb.core.AgentSettings;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.Subnet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How addresses of ours should be beside those of the node. */
final class AddressFormsTest {
    private static final AddressForm PRIMARY = new AddressForm(false, false, false, false);
    private static final AddressForm SECONDARY = new AddressForm(false, true, false, false);
    private static final AddressForm WITHOUT_ROUTE = new AddressForm(false, false, false, true);
    private static final AddressForm OURS = new AddressForm(true, true, false, false);

    private final AddressForms forms = new AddressForms();
    private final Map<InterfaceAddress, AddressForm> kernel = new HashMap<>();

    private static InterfaceAddress at(String iface, String address) {
        return new InterfaceAddress(iface, Subnet.parse(address));
    }

    private AddressFormsTest with(String iface, String address, AddressForm form) {
        kernel.put(at(iface, address), form);
        forms.look(
                new KernelView(List.of(), Map.of(), Map.copyOf(kernel), Marks.KEPT),
                place -> kernel.get(place).marked());
        return this;
    }

    private AddressOptions wanted(String iface, String address) {
        AddressPlan plan = new AddressPlan(
                Subnet.parse(address).address(),
                iface.equals("kube-lb0") ? AddressPlan.Scope.VIRTUAL : AddressPlan.Scope.LOCAL,
                Optional.of(at(iface, address)),
                Optional.empty(),
                "",
                List.of());
        return forms.wanted(AgentSettings.DEFAULT, plan, at(iface, address));
    }

    private boolean right(String iface, String address) {
        return forms.isRight(at(iface, address), wanted(iface, address));
    }

    @Test
    void ipv4AddressIsAsTheDocumentsShowIt() {
        with("eth0", "10.0.0.1/24", PRIMARY).with("eth0", "10.0.0.50/24", OURS);
        assertEquals(AddressOptions.FOREVER, wanted("eth0", "10.0.0.50/24"));
        assertTrue(right("eth0", "10.0.0.50/24"));
    }

    @Test
    void ipv6AddressIsDeprecatedAndWithoutRoute() {
        with("eth0", "fd00::1/64", PRIMARY);
        AddressOptions wanted = wanted("eth0", "fd00::50/64");
        assertTrue(wanted.deprecatedAtOnce() && wanted.noPrefixRoute());
        with("eth0", "fd00::50/64", OURS);
        assertFalse(right("eth0", "fd00::50/64"));
        with("eth0", "fd00::50/64", new AddressForm(true, false, true, true));
        assertTrue(right("eth0", "fd00::50/64"));
        assertEquals(AddressOptions.FOREVER, wanted("kube-lb0", "fd00:31::50/64"), "it is another matter there");
    }

    @Test
    void addressBeforeAllOfTheNodesInItsSubnetIsNotRight() {
        with("eth0", "10.0.0.1/24", SECONDARY)
                .with("eth0", "10.0.0.50/24", new AddressForm(true, false, false, false))
                .with("eth0", "10.0.0.51/24", OURS);
        assertFalse(right("eth0", "10.0.0.50/24"));
        assertFalse(right("eth0", "10.0.0.51/24"), "it would be promoted next");
        with("eth0", "10.0.0.2/24", PRIMARY);
        assertTrue(right("eth0", "10.0.0.50/24"), "another one of the node's is the primary one");
    }

    @Test
    void primaryAddressIsRightWhereTheNodeHasNoneInItsSubnet() {
        with("eth0", "10.0.0.1/16", PRIMARY)
                .with("kube-lb0", "10.1.0.50/24", new AddressForm(true, false, false, false))
                .with("kube-lb0", "10.1.0.51/24", OURS);
        assertTrue(right("kube-lb0", "10.1.0.50/24") && right("kube-lb0", "10.1.0.51/24"));
    }

    @Test
    void ipv4AddressHasNoRouteWhereTheNodesHasNone() {
        with("eth0", "10.0.0.1/24", WITHOUT_ROUTE).with("eth0", "10.0.0.50/24", OURS);
        assertTrue(wanted("eth0", "10.0.0.50/24").noPrefixRoute());
        assertFalse(right("eth0", "10.0.0.50/24"));
        with("eth0", "10.0.0.2/24", SECONDARY);
        assertFalse(wanted("eth0", "10.0.0.50/24").noPrefixRoute(), "one of the node's has a route");
    }

    @Test
    void routeThatWouldHideAnotherInterfacesSubnetIsNotMade() {
        with("eth1", "10.1.0.1/24", PRIMARY);
        assertTrue(wanted("kube-lb0", "10.1.0.50/24").noPrefixRoute());
        assertTrue(wanted("kube-lb0", "10.1.0.50/25").noPrefixRoute());
        assertFalse(wanted("kube-lb0", "10.1.0.50/16").noPrefixRoute(), "the longer prefix wins");
        assertFalse(wanted("kube-lb0", "10.1.0.50/32").noPrefixRoute(), "it has none anyway");
        assertFalse(wanted("kube-lb0", "10.2.0.50/24").noPrefixRoute());
    }

    @Test
    void whatWasJustChangedIsNotJudged() {
        with("eth0", "10.0.0.1/24", SECONDARY).with("eth0", "10.0.0.50/24", OURS);
        assertFalse(right("eth0", "10.0.0.50/24"));
        forms.changed(at("eth0", "10.0.0.50/24"));
        assertTrue(right("eth0", "10.0.0.50/24"));
        with("eth0", "10.0.0.50/24", OURS);
        assertFalse(right("eth0", "10.0.0.50/24"), "read again");
    }
}
