package io.purelb.core;

import java.util.List;

/**
 * A network interface of this node.
 *
 * @param index the kernel's number of it
 * @param name its name
 * @param mac its hardware address, lower case with colons; empty when it has none
 * @param carrier whether it is up and its link has a carrier
 * @param addresses its usable addresses with their prefix lengths (none that is tentative, deprecated or failed
 *     duplicate address detection), sorted
 */
public record NodeInterface(int index, String name, String mac, boolean carrier, List<Subnet> addresses) {
    public NodeInterface {
        addresses = addresses.stream().sorted().toList();
    }
}
