package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class IpAddressPropertyTest {
    @Provide
    Arbitrary<IpAddress> addresses() {
        Arbitrary<IpAddress> four =
                Arbitraries.longs().between(0, 0xffff_ffffL).map(low -> new IpAddress(IpFamily.IPV4, 0, low));
        Arbitrary<Long> half = Arbitraries.oneOf(
                Arbitraries.longs(),
                Arbitraries.of(0L, -1L, 1L),
                Arbitraries.longs().map(n -> n & 0xffff_0000_0000_ffffL));
        Arbitrary<IpAddress> six = Combinators.combine(half, half)
                .as((high, low) -> new IpAddress(IpFamily.IPV6, high, low))
                .filter(address -> !(address.high() == 0 && address.low() >>> 32 == 0xffff));
        return Arbitraries.oneOf(four, six);
    }

    @Property
    void readingWhatWasPrintedGivesTheSame(@ForAll("addresses") IpAddress address) {
        assertEquals(address, IpAddress.parse(address.toString()));
        assertEquals(address, IpAddress.ofBytes(address.toBytes()));
    }

    @Property
    void agreesWithThePlatform(@ForAll("addresses") IpAddress address) throws UnknownHostException {
        assertArrayEquals(InetAddress.getByName(address.toString()).getAddress(), address.toBytes());
    }

    @Property
    void rangesReadBackWhatTheyPrint(@ForAll("addresses") IpAddress one, @ForAll("addresses") IpAddress other) {
        if (one.family() == other.family()) {
            AddressRange range =
                    one.compareTo(other) <= 0 ? new AddressRange(one, other) : new AddressRange(other, one);
            assertEquals(range, AddressRange.parse(range.toString()));
            assertEquals(
                    range.last().number().subtract(range.first().number()).add(java.math.BigInteger.ONE), range.size());
        }
    }

    @Property
    void anyTextIsReadOrRefusedWithoutAnyOtherFault(@ForAll String text) {
        AddressRange.tryParse(text);
        Subnet.tryParse(text);
        IpAddress.tryParse(text);
        RequestedAddresses.parse("field", text);
    }

    @Property
    void takingAndFreeingAddressesInAnyOrderLeavesTheRangeWhole(@ForAll("picks") List<Integer> picks) {
        AddressRange range = AddressRange.parse("10.0.0.0/27");
        FreeRanges free = new FreeRanges(range, List.of());
        TreeSet<IpAddress> left = new TreeSet<>();
        IpAddress address = range.first();
        List<IpAddress> all = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            all.add(address);
            address = address.next();
        }
        left.addAll(all);
        for (int pick : picks) {
            IpAddress picked = all.get(pick);
            if (left.remove(picked)) {
                free.take(picked);
            } else {
                left.add(picked);
                free.free(picked);
            }
            assertEquals(left.isEmpty() ? null : left.first(), free.lowest().orElse(null));
            all.forEach(each -> assertEquals(left.contains(each), free.isFree(each), each::toString));
        }
    }

    @Provide
    Arbitrary<List<Integer>> picks() {
        return Arbitraries.integers().between(0, 31).list().ofMaxSize(60);
    }
}
