package io.purelb.core;

import java.math.BigInteger;
import java.util.Optional;

/** All addresses from {@code first} to {@code last}, both included and of one family. */
public record AddressRange(IpAddress first, IpAddress last) {
    private static final String NOT_A_RANGE =
            "is not a subnet (192.0.2.0/24), a range (192.0.2.1-192.0.2.9) or an address: write one list entry for each";

    public AddressRange {
        if (first.family() != last.family()) {
            throw new IllegalArgumentException(first + " and " + last + " are of different families");
        }
        if (first.compareTo(last) > 0) {
            throw new IllegalArgumentException(first + " comes after " + last);
        }
    }

    /**
     * Reads a subnet ({@code 10.0.0.0/24}; with host bits set it starts at the written address), a range
     * ({@code 10.0.0.1-10.0.0.9}, blanks allowed around each address) or a single address.
     *
     * @throws AddressFormatException when the text is anything else
     */
    public static AddressRange parse(String text) {
        int dash = text.indexOf('-');
        if (dash >= 0) {
            return between(text, address(text, 0, dash), address(text, dash + 1, text.length()));
        }
        if (text.indexOf('/') >= 0) {
            try {
                Subnet subnet = Subnet.parse(text.strip());
                return new AddressRange(subnet.address(), subnet.last());
            } catch (AddressFormatException e) {
                throw new AddressFormatException(text, e.position(), NOT_A_RANGE);
            }
        }
        IpAddress single = address(text, 0, text.length());
        return new AddressRange(single, single);
    }

    /** As {@link #parse}, with empty for other text. */
    public static Optional<AddressRange> tryParse(String text) {
        try {
            return Optional.of(parse(text));
        } catch (AddressFormatException e) {
            return Optional.empty();
        }
    }

    private static IpAddress address(String text, int from, int to) {
        return IpAddress.tryParse(text.substring(from, to).strip())
                .orElseThrow(() -> new AddressFormatException(text, from, NOT_A_RANGE));
    }

    private static AddressRange between(String text, IpAddress first, IpAddress last) {
        if (first.family() != last.family()) {
            throw new AddressFormatException(text, 0, "mixes " + first.family() + " and " + last.family());
        }
        if (first.compareTo(last) > 0) {
            throw new AddressFormatException(text, 0, "starts after its end: write the lower address first");
        }
        return new AddressRange(first, last);
    }

    /** The family of all its addresses. */
    public IpFamily family() {
        return first.family();
    }

    /** Whether an address lies in it; none of the other family does. */
    public boolean contains(IpAddress address) {
        return first.compareTo(address) <= 0 && address.compareTo(last) <= 0;
    }

    /** Whether the two have an address in common; ranges of different families never do. */
    public boolean overlaps(AddressRange other) {
        return first.compareTo(other.last) <= 0 && other.first.compareTo(last) <= 0;
    }

    /** How many addresses it holds, exactly. */
    public BigInteger size() {
        return last.number().subtract(first.number()).add(BigInteger.ONE);
    }

    @Override
    public String toString() {
        return first.equals(last) ? first.toString() : first + "-" + last;
    }
}
