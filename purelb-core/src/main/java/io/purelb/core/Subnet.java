package io.purelb.core;

import java.util.Optional;

/**
 * An address with a prefix length, as in {@code 172.30.250.101/24}: a subnet when read as a whole, and an interface's
 * own address when the host bits matter. Host bits are kept.
 */
public record Subnet(IpAddress address, int prefixLength) implements Comparable<Subnet> {
    public Subnet {
        if (prefixLength < 0 || prefixLength > address.family().bits()) {
            throw new IllegalArgumentException("prefix length " + prefixLength + " of " + address);
        }
    }

    /**
     * Reads {@code address/length}.
     *
     * @throws AddressFormatException when the text is anything else
     */
    public static Subnet parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new AddressFormatException(text, text.length(), "has no prefix length: write address/length");
        }
        IpAddress address = IpAddress.tryParse(text.substring(0, slash))
                .orElseThrow(() -> new AddressFormatException(text, 0, "does not begin with an IP address"));
        int length = parseLength(text.substring(slash + 1));
        if (length < 0 || length > address.family().bits()) {
            throw new AddressFormatException(
                    text,
                    slash + 1,
                    "has a bad prefix length: 0 to " + address.family().bits() + " for " + address.family());
        }
        return new Subnet(address, length);
    }

    /** As {@link #parse}, with empty for other text. */
    public static Optional<Subnet> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (AddressFormatException e) {
            return Optional.empty();
        }
    }

    /** The decimal number 0 to 128 without sign or leading zero, or -1. */
    static int parseLength(String text) {
        boolean digits = !text.isEmpty() && text.length() <= 3 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!digits || (text.length() > 1 && text.charAt(0) == '0')) {
            return -1;
        }
        return Integer.parseInt(text);
    }

    /** The family of its addresses. */
    public IpFamily family() {
        return address.family();
    }

    /** The subnet's first address. */
    public IpAddress first() {
        return address.masked(prefixLength);
    }

    /** The subnet's last address: the IPv4 broadcast address. */
    public IpAddress last() {
        return address.filled(prefixLength);
    }

    /** The same subnet without host bits. */
    public Subnet network() {
        return new Subnet(first(), prefixLength);
    }

    /** Whether an address lies in it; none of the other family does. */
    public boolean contains(IpAddress other) {
        if (other.family() != family()) {
            return false;
        }
        if (family() == IpFamily.IPV4) {
            return (address.low() ^ other.low()) >>> (32 - prefixLength) == 0;
        }
        if (prefixLength <= 64) {
            return prefixLength == 0 || (address.high() ^ other.high()) >>> (64 - prefixLength) == 0;
        }
        return address.high() == other.high() && (address.low() ^ other.low()) >>> (128 - prefixLength) == 0;
    }

    @Override
    public String toString() {
        return address + "/" + prefixLength;
    }

    @Override
    public int compareTo(Subnet other) {
        int byAddress = address.compareTo(other.address);
        return byAddress != 0 ? byAddress : Integer.compare(prefixLength, other.prefixLength);
    }
}
