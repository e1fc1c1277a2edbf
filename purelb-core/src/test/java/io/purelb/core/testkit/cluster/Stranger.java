package io.purelb.core.testkit.cluster;

import io.purelb.core.IpAddress;
import java.util.TreeSet;

/** A host on the LAN that is no node, with addresses of its own. */
final class Stranger {
    final int lan;
    final String mac;
    final TreeSet<IpAddress> addresses = new TreeSet<>();

    Stranger(int lan, String mac) {
        this.lan = lan;
        this.mac = mac;
    }
}
