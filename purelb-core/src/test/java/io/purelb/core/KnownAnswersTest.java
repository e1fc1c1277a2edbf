package io.purelb.core;

import static io.purelb.core.Samples.configuration;
import static io.purelb.core.Samples.group;
import static io.purelb.core.Samples.ip;
import static io.purelb.core.Samples.ledger;
import static io.purelb.core.Samples.service;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Cases of the original that still hold, beside those of {@link AddressRangeTest} and {@link AllocatorTest}. */
class KnownAnswersTest {
    @ParameterizedTest
    @CsvSource({
        "1.1.1.0/31, 1.1.0.0, false",
        "1.1.1.0/31, 1.1.1.0, true",
        "1.1.1.0/31, 1.1.1.1, true",
        "1.1.1.0/31, 1.1.1.2, false",
        "1.1.0.0/16, 1.1.255.255, true",
        "1.1.0.0/16, 1.2.0.0, false",
        "2001:db8::/112, 2001:db8::ffff, true",
        "2001:db8::/112, 2001:db8::1:0, false",
    })
    void rangeContains(String range, String address, boolean expected) {
        assertEquals(expected, AddressRange.parse(range).contains(ip(address)));
    }

    @ParameterizedTest
    @CsvSource({"1.1.1.0/31, IPv4", "2001:db8::68/124, IPv6", "::ffff:192.0.2.1, IPv4"})
    void rangeFamily(String range, String family) {
        assertEquals(family, AddressRange.parse(range).family().toString());
    }

    /** Groups a, b, c ... of one pool each, oldest first, and those that are in force. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "-                                                    | ''",
                "10.20.0.0/16 30.0.0.0/8 40.0.0.0/25 2001:db8::/126   | a b c d",
                "100.200.300.400/24 1.2.3.0/33 9.0.0.0/24             | c",
                "10.0.0.0/8 10.0.0.0/8                                | a",
                "10.0.0.0/8 10.0.0.0/16                               | a",
                "10.0.0.0/16 10.0.0.0/8                               | a",
                "10.0.1.0-10.0.1.10 10.0.2.0-10.0.2.10 10.0.1.0-10.0.2.10 | a b",
            })
    void groupsInForce(@Nullable String pools, String expected) {
        String[] texts = pools == null ? new String[0] : pools.split(" ", -1);
        GroupSpec[] specs = new GroupSpec[texts.length];
        for (int i = 0; i < texts.length; i++) {
            specs[i] = group(String.valueOf((char) ('a' + i)), Samples.LONG_AGO.plusSeconds(i), texts[i]);
        }
        assertEquals(
                expected,
                String.join(
                        " ",
                        configuration(specs).groups().stream()
                                .map(ServiceGroup::name)
                                .toList()));
    }

    /** Each Service is {@code key:port}, {@code -} for no key; it gets an address of 192.168.1.0/31, or is refused. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "-:80 -:80 -:80        | 0 1 EXHAUSTED",
                "1:80 2:80 2:80        | 0 1 PORT_CONFLICT",
                "1:80 2:80 2:25        | 0 1 1",
                "web:80 web:443 web:80 | 0 0 PORT_CONFLICT",
                "one:80 two:80         | 0 1",
                "-:80 web:80 web:25    | 0 1 1",
                "a:80 a:81 a:82 b:80 c:80 | 0 0 0 1 EXHAUSTED",
            })
    void addressesInOrder(String services, String expected) {
        Ledger ledger = ledger(group("default", "192.168.1.0/31"));
        List<String> answers = Arrays.stream(services.split(" ", -1))
                .map(text -> text.split(":", 2))
                .map(text -> answer(ledger, text[0], Integer.parseInt(text[1])))
                .toList();
        assertEquals(expected, String.join(" ", answers));
    }

    private static String answer(Ledger ledger, String key, int port) {
        Samples.RequestBuilder request =
                service("service-" + ledger.services().size()).ports(port);
        Decision decision = Samples.decide(ledger, key.equals("-") ? request : request.key(key));
        return decision.refusals().isEmpty()
                ? decision.held().get(0).address().toString().replace("192.168.1.", "")
                : decision.refusals().get(0).reason().name();
    }

    /** What a request gets of 192.168.1.0, which svc1 holds under key a on port 80. */
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "svc1, b, 80, -",
                "svc1, -, 80, -",
                "svc2, -, 80, IN_USE",
                "svc2, a, 80, PORT_CONFLICT",
                "svc2, a, 25, -"
            })
    void availability(String name, @Nullable String key, int port, @Nullable String refusal) {
        Ledger ledger = ledger(group("default", "192.168.1.0/31"));
        Samples.decide(ledger, service("svc1").key("a").ports(80));
        Samples.RequestBuilder request = service(name).ports(port).asking("192.168.1.0");
        Decision decision = Samples.decide(ledger, key == null ? request : request.key(key));
        assertEquals(
                Optional.ofNullable(refusal),
                decision.refusals().stream().map(why -> why.reason().name()).findFirst());
    }

    @ParameterizedTest
    @CsvSource({"svc1, 2", "svc2, 2", "svc3, 2"})
    void sharedAddressesCountOnce(String released, int left) {
        Ledger ledger = ledger(group("default", "192.168.1.0/30"));
        Samples.decide(ledger, service("svc0").ports(80));
        Samples.decide(ledger, service("svc1").key("k").ports(80));
        Samples.decide(ledger, service("svc2").key("k").ports(81));
        Samples.decide(ledger, service("svc3").key("k").ports(82));
        ledger.apply(Allocator.release(ledger, new ServiceKey("test", released)).changes());
        assertEquals(left, ledger.usage().get(0).total().allocated().intValueExact());
    }
}
