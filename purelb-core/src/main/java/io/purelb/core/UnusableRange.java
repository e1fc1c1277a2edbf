package io.purelb.core;

import java.util.List;
import java.util.Optional;

/**
 * Addresses that no host can have on a network, so that nobody could reach a Service there (RFC 1122 3.2.1.3, RFC 4291
 * 2.4); an IPv6 link-local one means another host on every link.
 *
 * @param words what they are, for people
 */
record UnusableRange(AddressRange range, String words) {
    private static final List<UnusableRange> ALL = List.of(
            of("0.0.0.0", "the unspecified address 0.0.0.0"),
            of("127.0.0.0/8", "loopback addresses (127.0.0.0/8)"),
            of("224.0.0.0/4", "multicast addresses (224.0.0.0/4)"),
            of("255.255.255.255", "the limited broadcast address 255.255.255.255"),
            of("::", "the unspecified address ::"),
            of("::1", "the loopback address ::1"),
            of("fe80::/10", "link-local addresses (fe80::/10)"),
            of("ff00::/8", "multicast addresses (ff00::/8)"));

    private static UnusableRange of(String range, String words) {
        return new UnusableRange(AddressRange.parse(range), words);
    }

    /** The first of them that a range has an address of. */
    static Optional<UnusableRange> in(AddressRange range) {
        return ALL.stream().filter(bad -> bad.range.overlaps(range)).findFirst();
    }
}
