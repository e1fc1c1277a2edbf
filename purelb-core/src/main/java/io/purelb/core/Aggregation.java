package io.purelb.core;

import java.util.OptionalInt;

/**
 * The prefix length with which a virtual address is put on an interface, hence the route that is advertised for it:
 * {@code default} is the length of the pool's subnet, {@code /N} is N.
 */
public record Aggregation(OptionalInt prefixLength) {
    /** The length of the pool's subnet. */
    public static final Aggregation DEFAULT = new Aggregation(OptionalInt.empty());

    private static final int SHORTEST = 8;

    /**
     * Reads {@code default} (or empty text) or {@code /8} to {@code /32} (IPv4) or {@code /128} (IPv6).
     *
     * @throws AddressFormatException when the text is anything else
     */
    public static Aggregation parse(String text, IpFamily family) {
        if (text.isEmpty() || text.equals("default")) {
            return DEFAULT;
        }
        int length = text.startsWith("/") ? Subnet.parseLength(text.substring(1)) : -1;
        if (length < SHORTEST || length > family.bits()) {
            throw new AddressFormatException(
                    text, 0, "is not \"default\" or \"/8\" to \"/" + family.bits() + "\" for " + family);
        }
        return new Aggregation(OptionalInt.of(length));
    }

    /** The prefix length for an address of a pool in {@code subnet}. */
    public int lengthIn(Subnet subnet) {
        return prefixLength.orElse(subnet.prefixLength());
    }

    @Override
    public String toString() {
        return prefixLength.isPresent() ? "/" + prefixLength.getAsInt() : "default";
    }
}
