package io.purelb.core;

import java.util.Comparator;

/** An address with its prefix length on an interface. */
public record InterfaceAddress(String interfaceName, Subnet address) implements Comparable<InterfaceAddress> {
    private static final Comparator<InterfaceAddress> ORDER =
            Comparator.comparing(InterfaceAddress::address).thenComparing(InterfaceAddress::interfaceName);

    @Override
    public int compareTo(InterfaceAddress other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return address + " on " + interfaceName;
    }
}
