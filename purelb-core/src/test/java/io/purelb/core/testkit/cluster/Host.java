package io.purelb.core.testkit.cluster;

import io.purelb.core.IpAddress;
import io.purelb.core.Subnet;
import java.util.Optional;
import java.util.TreeSet;

/** One node: its kernel, its link, and the agent on it. */
final class Host {
    final int index;
    final String name;
    final String mac;
    /** Which LAN its link is on. */
    final int lan;
    /** Its own address. */
    final Subnet own;
    /** Addresses on its local interface, which it answers for, and on its virtual one. */
    final TreeSet<IpAddress> local = new TreeSet<>();

    final TreeSet<IpAddress> virtual = new TreeSet<>();
    boolean powered = true;
    /** The machine as a whole stands still. */
    boolean frozen;

    boolean carrier = true;
    boolean excluded;
    boolean cutFromApi;
    Optional<Agent> agent = Optional.empty();

    Host(int index, int lan) {
        this.index = index;
        this.lan = lan;
        this.name = "n" + index;
        this.mac = String.format("02:00:00:00:%02x:%02x", index >> 8, index & 255);
        this.own = Subnet.parse("10." + lan + "." + (index >> 8) + "." + (index & 255) + "/16");
    }

    boolean answers(IpAddress address) {
        return onLan() && local.contains(address);
    }

    boolean onLan() {
        return powered && !frozen && carrier;
    }

    /** Whether its agent does its work at the moment. */
    boolean works() {
        return powered && !frozen && agent.filter(running -> !running.paused()).isPresent();
    }
}
