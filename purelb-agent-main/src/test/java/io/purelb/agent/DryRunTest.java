package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.AddressOptions;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.Membership.Member;
import io.purelb.core.Subnet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DryRunTest {
    private static final InterfaceAddress ADDED = new InterfaceAddress("eth0", Subnet.parse("10.0.0.5/24"));
    private static final InterfaceAddress PRESENT = new InterfaceAddress("eth0", Subnet.parse("10.0.0.6/24"));

    @Test
    void changesShowInWhatIsReadButNotInTheKernel() {
        FakeKernel real = new FakeKernel();
        real.link("eth0", "10.0.0.6/24");
        real.marks = Marks.UNKNOWN;
        DryRunKernel dry = new DryRunKernel(real);
        dry.prepare("kube-lb0", Set.of("eth0"));
        dry.add(List.of(new Kernel.Addition(ADDED, AddressOptions.FOREVER, true)));
        dry.remove(PRESENT);
        assertEquals(Set.of(ADDED), dry.read().addresses().keySet());
        dry.reshape(List.of(new Kernel.Addition(ADDED, AddressOptions.FOREVER, true)));
        assertEquals(List.of(), real.done);
        assertEquals(Marks.UNKNOWN, dry.read().marks(), "nothing was put there to try them");
    }

    @Test
    void othersAreToldNotToCountOnIt() {
        OneNode node = new OneNode();
        DryRun.fellows(node).publish(new Member(OneNode.NODE, List.of(), List.of(), true, false, "test"));
        assertTrue(node.published.get().draining());
        DryRun.lan(node).announce(ADDED, false);
        assertFalse(node.said.contains("announce " + ADDED));
    }
}
