package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.testkit.Scenarios;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class IpAddressPropertyTest {
    @Provide
    Arbitrary<IpAddress> addresses() {
        return Scenarios.addresses();
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
