package io.purelb.core;

/** An address with its prefix length on an interface. */
public record InterfaceAddress(String interfaceName, Subnet address) implements Comparable<InterfaceAddress> {
    @Override
    public int compareTo(InterfaceAddress other) {
        int order = address.compareTo(other.address);
        return order == 0 ? interfaceName.compareTo(other.interfaceName) : order;
    }

    @Override
    public String toString() {
        return address + " on " + interfaceName;
    }
}
