package io.purelb.core;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import inet.ipaddr.IncompatibleAddressException;
import inet.ipaddr.ipv6.IPv6Address;
import java.math.BigInteger;
import java.util.Optional;

/**
 * One IP address as an unsigned 128-bit number: {@code high} and {@code low} 64 bits, {@code high} being 0 and
 * {@code low} below 2^32 for IPv4. Ordered by family, then by number.
 */
public record IpAddress(IpFamily family, long high, long low) implements Comparable<IpAddress> {
    /** One complete address: no prefix, wildcard, zone, leading zero, or missing octet. */
    private static final IPAddressStringParameters STRICT = new IPAddressStringParameters.Builder()
            .allowAll(false)
            .allowEmpty(false)
            .allowSingleSegment(false)
            .allowPrefix(false)
            .allowMask(false)
            .setRangeOptions(inet.ipaddr.AddressStringParameters.RangeParameters.NO_RANGE)
            .getIPv4AddressParametersBuilder()
            .allow_inet_aton(false)
            .allowLeadingZeros(false)
            .getParentBuilder()
            .getIPv6AddressParametersBuilder()
            .allowZone(false)
            .allowMixed(true)
            .allowUnlimitedLeadingZeros(false)
            .getParentBuilder()
            .toParams();

    public IpAddress {
        if (family == IpFamily.IPV4 && (high != 0 || low >>> 32 != 0)) {
            throw new IllegalArgumentException("not an IPv4 number: " + high + ":" + low);
        }
    }

    /**
     * Reads one address, blanks not allowed; an IPv4-mapped IPv6 address ({@code ::ffff:192.0.2.1}, RFC 4291 2.5.5.2) is
     * its IPv4 address.
     *
     * @throws AddressFormatException when the text is anything else
     */
    public static IpAddress parse(String text) {
        return tryParse(text).orElseThrow(() -> new AddressFormatException(text, 0, "is not an IPv4 or IPv6 address"));
    }

    /** As {@link #parse}, with empty for text that is not an address. */
    public static Optional<IpAddress> tryParse(String text) {
        IPAddress parsed;
        try {
            parsed = new IPAddressString(text, STRICT).toAddress();
        } catch (AddressStringException | IncompatibleAddressException notAnAddress) {
            return Optional.empty();
        }
        if (parsed == null || parsed.isMultiple() || !text.equals(text.strip())) {
            return Optional.empty();
        }
        return Optional.of(ofBytes(parsed.getBytes()));
    }

    /** The address with these 4 or 16 bytes in network order; IPv4-mapped ones become IPv4. */
    public static IpAddress ofBytes(byte[] bytes) {
        if (bytes.length == 4) {
            return new IpAddress(IpFamily.IPV4, 0, number(bytes, 0, 4));
        }
        if (bytes.length != 16) {
            throw new IllegalArgumentException("an address has 4 or 16 bytes, not " + bytes.length);
        }
        long high = number(bytes, 0, 8);
        long low = number(bytes, 8, 8);
        if (high == 0 && low >>> 32 == 0xffff) {
            return new IpAddress(IpFamily.IPV4, 0, low & 0xffff_ffffL);
        }
        return new IpAddress(IpFamily.IPV6, high, low);
    }

    /** The 4 or 16 bytes in network order. */
    public byte[] toBytes() {
        int length = family.bits() / 8;
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            int fromRight = length - 1 - i;
            long half = fromRight >= 8 ? high : low;
            bytes[i] = (byte) (half >>> (fromRight % 8 * 8));
        }
        return bytes;
    }

    /** Canonical text: dotted decimal, or RFC 5952 for IPv6. */
    @Override
    public String toString() {
        if (family == IpFamily.IPV4) {
            return (low >>> 24) + "." + (low >>> 16 & 255) + "." + (low >>> 8 & 255) + "." + (low & 255);
        }
        return new IPv6Address(toBytes()).toCanonicalString();
    }

    @Override
    public int compareTo(IpAddress other) {
        int order = family.compareTo(other.family);
        if (order == 0) {
            order = Long.compareUnsigned(high, other.high);
        }
        return order == 0 ? Long.compareUnsigned(low, other.low) : order;
    }

    /** The address after this one; the last address of the family has none and must not be asked. */
    IpAddress next() {
        return new IpAddress(family, low == -1 ? high + 1 : high, low + 1);
    }

    /** The address before this one; the first address of the family has none and must not be asked. */
    IpAddress previous() {
        return new IpAddress(family, low == 0 ? high - 1 : high, low - 1);
    }

    /** This address with all bits after the first {@code prefixLength} cleared. */
    IpAddress masked(int prefixLength) {
        if (family == IpFamily.IPV4) {
            return new IpAddress(family, 0, low & ~lowBits(32 - prefixLength));
        }
        return new IpAddress(
                family,
                high & ~lowBits(Math.max(0, 64 - prefixLength)),
                low & ~lowBits(Math.min(64, 128 - prefixLength)));
    }

    /** This address with all bits after the first {@code prefixLength} set. */
    IpAddress filled(int prefixLength) {
        if (family == IpFamily.IPV4) {
            return new IpAddress(family, 0, low | lowBits(32 - prefixLength));
        }
        return new IpAddress(
                family,
                high | lowBits(Math.max(0, 64 - prefixLength)),
                low | lowBits(Math.min(64, 128 - prefixLength)));
    }

    /** The address as an unsigned number. */
    BigInteger number() {
        return new BigInteger(1, toBytes());
    }

    private static long lowBits(int count) {
        return count == 64 ? -1L : (1L << count) - 1;
    }

    private static long number(byte[] bytes, int from, int count) {
        long number = 0;
        for (int i = from; i < from + count; i++) {
            number = number << 8 | (bytes[i] & 0xff);
        }
        return number;
    }
}
