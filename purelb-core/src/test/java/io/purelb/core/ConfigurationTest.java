package io.purelb.core;

import static io.purelb.core.Samples.configuration;
import static io.purelb.core.Samples.group;
import static io.purelb.core.Samples.ip;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigurationTest {
    private static List<String> names(Configuration configuration) {
        return configuration.groups().stream().map(ServiceGroup::name).toList();
    }

    @Test
    void acceptsDisjointGroupsOfBothFamilies() {
        Configuration configuration = configuration(
                group("a", "10.20.0.0/16"), group("b", "30.0.0.0/8"), group("c", "40.0.0.0/25", "2001:db8::/126"));
        assertEquals(List.of(), configuration.problems());
        assertEquals("c", configuration.groupOf(ip("2001:db8::3")).orElseThrow().name());
        assertEquals(Optional.empty(), configuration.groupOf(ip("2001:db8::4")));
        assertEquals(Optional.empty(), configuration.groupOf(ip("40.0.0.128")));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.0.0.0/8",
        "10.0.0.0/8, 10.1.0.0/16",
        "10.1.0.0/16, 10.0.0.0/8",
        "192.168.1.0-192.168.1.10, 192.168.1.10-192.168.1.11",
    })
    void ofOverlappingGroupsTheOlderIsKeptAndBothAreNamed(String older, String younger) {
        Configuration configuration =
                configuration(group("zzz", older), group("aaa", Samples.LONG_AGO.plus(Duration.ofDays(1)), younger));
        assertEquals(List.of("zzz"), names(configuration));
        ConfigProblem problem = configuration.problems().get(0);
        assertEquals("spec.local.v4pools[0].pool", problem.field());
        assertTrue(problem.message().contains("purelb/aaa") && problem.message().contains("purelb/zzz"));
    }

    @Test
    void anOverlapThatSpansSeveralRangesIsFound() {
        Configuration configuration = configuration(
                group("aaa", "192.168.1.0-192.168.1.10"),
                group("bbb", "192.168.2.0-192.168.2.10"),
                group("ccc", "192.168.1.0-192.168.2.10"));
        assertEquals(List.of("aaa", "bbb"), names(configuration));
        assertEquals("ccc", configuration.problems().get(0).name());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "v4pools | 10.0.0.0/24 | 10.0.1.0/24 | default | pool | not inside its subnet",
                "v4pools | 10.0.0.0/32 | 10.0.0.0-10.0.0.1 | default | pool | not inside its subnet",
                "v4pools | 10.0.0.0/24 | 10.0.0.400 | default | pool | not a subnet",
                "v4pools | 10.0.0/24 | 10.0.0.1 | default | subnet | IP address",
                "v4pools | 10.0.0.0/24 | 10.0.0.1 | 32 | aggregation | /32",
                "v4pools | 10.0.0.0/24 | 10.0.0.1 | /33 | aggregation | /32",
                "v4pools | 10.0.0.0/24 | 10.0.0.1 | /7 | aggregation | /8",
                "v6pools | fd00::/64 | fd00::1 | /129 | aggregation | /128",
                "v6pools | 10.0.0.0/24 | 10.0.0.1 | default | pool | that family",
                "v4pools | fd00::/64 | fd00::1 | default | pool | that family",
                "v4pools | 10.0.0.0/24 | 10.0.0.9-10.0.0.1 | default | pool | lower address first",
                "v4pools | 0.0.0.0/8 | 0.0.0.0/8 | default | pool | the unspecified address",
                "v4pools | 0.0.0.0/0 | 0.0.0.0-10.0.0.1 | default | pool | the unspecified address",
                "v4pools | 127.0.0.0/8 | 127.0.0.2 | default | pool | loopback",
                "v4pools | 0.0.0.0/0 | 126.255.255.255-128.0.0.1 | default | pool | loopback",
                "v4pools | 224.0.0.0/4 | 239.255.255.255 | default | pool | multicast",
                "v4pools | 128.0.0.0/1 | 200.0.0.0/1 | default | pool | multicast",
                "v4pools | 240.0.0.0/4 | 240.0.0.1/4 | default | pool | limited broadcast",
                "v4pools | 255.255.255.255/32 | 255.255.255.255 | default | pool | limited broadcast",
                "v6pools | ::/64 | ::-::9 | default | pool | the unspecified address",
                "v6pools | ::/64 | ::1-::9 | default | pool | loopback",
                "v6pools | fe80::/64 | fe80::10-fe80::20 | default | pool | link-local",
                "v6pools | fe00::/8 | fe7f::1-fec0::1 | default | pool | link-local",
                "v6pools | ff00::/8 | ff02::/16 | default | pool | multicast",
                "v6pools | fc00::/6 | ff00::-ff00::1 | default | pool | multicast",
            })
    void aBadPoolIsRefusedWithFieldAndValue(
            String list, String subnet, String pool, String aggregation, String field, String words) {
        IpFamily family = list.equals("v4pools") ? IpFamily.IPV4 : IpFamily.IPV6;
        PoolSpec spec = new PoolSpec("spec.local." + list + "[0]", Optional.of(family), subnet, pool, aggregation);
        GroupSpec bad = new GroupSpec(
                "purelb", "bad", Samples.LONG_AGO, List.of(spec), SharingScope.CLUSTER, List.of(), List.of());
        Configuration configuration = configuration(bad, group("good", "20.0.0.0/24"));
        assertEquals(List.of("good"), names(configuration));
        ConfigProblem problem = configuration.problems().get(0);
        assertEquals("spec.local." + list + "[0]." + field, problem.field());
        assertTrue(problem.reason().contains(words), problem::message);
    }

    @Test
    void poolsBesideAddressesThatCannotWorkAreAccepted() {
        Configuration configuration = configuration(
                group("a", "0.0.0.1-126.255.255.255", "128.0.0.0-223.255.255.255", "240.0.0.0-255.255.255.254"),
                group("b", "::2-fe7f:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "fec0::/10"));
        assertEquals(List.of(), configuration.problems());
    }

    @Test
    void rangesThatOverlapInsideOneGroupAreRefused() {
        Configuration configuration = configuration(group("a", "10.0.0.0/31", "10.0.0.1"));
        assertEquals(
                "spec.local.v4pools[1].pool", configuration.problems().get(0).field());
        assertEquals(List.of(), names(configuration));
    }

    @Test
    void aGroupThatTurnsBadStaysAsItWasAndIsReported() {
        Configuration good = configuration(group("a", "10.0.0.0/24"));
        Configuration next = Configuration.of(good, List.of(group("a", "10.0.0.0/99")));
        assertEquals(List.of("a"), names(next));
        assertEquals(1, next.problems().size());
        assertTrue(next.groupOf(ip("10.0.0.7")).isPresent());
    }

    @Test
    void aGroupWithoutPoolsAndASecondGroupOfANameAreRefused() {
        GroupSpec namesake = new GroupSpec(
                "other",
                "a",
                Samples.LONG_AGO.plusSeconds(1),
                group("a", "20.0.0.0/24").pools(),
                SharingScope.CLUSTER,
                List.of(),
                List.of());
        Configuration configuration = configuration(group("a", "10.0.0.0/24"), namesake, group("empty"));
        assertEquals(List.of("a"), names(configuration));
        assertEquals(
                List.of("spec.local", "metadata.name"),
                configuration.problems().stream().map(ConfigProblem::field).toList());
    }

    @Test
    void avoidedAddressesAreNotCountedAndNotInTheGroup() {
        GroupSpec spec = new GroupSpec(
                "purelb",
                "a",
                Samples.LONG_AGO,
                group("a", "10.0.0.0/24").pools(),
                SharingScope.CLUSTER,
                List.of(),
                List.of("10.0.0.0", "10.0.0.255", "9.0.0.0-10.0.0.1", "fd00::1"));
        ServiceGroup group = configuration(spec).groups().iterator().next();
        assertEquals(253, group.size(IpFamily.IPV4).intValueExact());
        assertTrue(group.poolOf(ip("10.0.0.1")).isEmpty());
        assertTrue(group.poolOf(ip("10.0.0.2")).isPresent());
    }

    @Test
    void aBadGroupDoesNotStayAsANamesakeElsewhereWas() {
        Configuration good = configuration(group("a", "10.0.0.0/24"));
        GroupSpec elsewhere = new GroupSpec(
                "other",
                "a",
                Samples.LONG_AGO,
                group("a", "10.0.0.0/99").pools(),
                SharingScope.CLUSTER,
                List.of(),
                List.of());
        assertEquals(List.of(), names(Configuration.of(good, List.of(elsewhere))));
    }

    @Test
    void deletingAGroupNeverPutsARefusedOneInPlaceOfOneInForce() {
        GroupSpec a = group("a", "10.0.0.0-10.0.0.9");
        GroupSpec b = group("b", Samples.LONG_AGO.plusSeconds(1), "10.0.0.5-10.0.0.19");
        GroupSpec c = group("c", Samples.LONG_AGO.plusSeconds(2), "10.0.0.15-10.0.0.29");
        Configuration three = configuration(a, b, c);
        assertEquals(List.of("a", "c"), names(three));
        Configuration withoutA = Configuration.of(three, List.of(b, c));
        assertEquals(List.of("c"), names(withoutA));
        ConfigProblem problem = withoutA.problems().get(0);
        assertEquals("b", problem.name());
        assertTrue(problem.reason().contains("purelb/c"), problem::message);
        assertFalse(problem.reason().contains("older"), problem::message);
        assertEquals(List.of("b"), names(Configuration.of(withoutA, List.of(b))));
    }

    @Test
    void anEditThatCollidesWithAYoungerGroupInForceLeavesBothAsTheyWere() {
        GroupSpec b = group("b", Samples.LONG_AGO.plusSeconds(1), "10.0.0.10-10.0.0.19");
        Configuration two = configuration(group("a", "10.0.0.0-10.0.0.9"), b);
        Configuration edited = Configuration.of(two, List.of(group("a", "10.0.0.0-10.0.0.12"), b));
        assertEquals(List.of("a", "b"), names(edited));
        assertEquals("b", edited.groupOf(ip("10.0.0.12")).orElseThrow().name());
        assertTrue(edited.groupOf(ip("10.0.0.9")).isPresent());
        assertEquals("a", edited.problems().get(0).name());
    }

    @Test
    void aRangeThatOneGroupGivesUpMayGoToAnotherInTheSameChange() {
        Configuration two = configuration(group("a", "10.0.0.0/24"), group("b", "10.0.1.0/24"));
        Configuration moved = Configuration.of(two, List.of(group("a", "10.0.1.0/24"), group("b", "10.0.2.0/24")));
        assertEquals(List.of(), moved.problems());
        assertEquals("a", moved.groupOf(ip("10.0.1.7")).orElseThrow().name());
    }

    @Test
    void aGroupThatWasDeletedAndCreatedAgainIsANewOne() {
        GroupSpec b = group("b", Samples.LONG_AGO.plusSeconds(9), "10.0.0.10-10.0.0.19");
        Configuration two = configuration(group("a", "10.0.0.0-10.0.0.9"), b);
        GroupSpec again = group("a", Samples.LONG_AGO.plusSeconds(20), "10.0.0.0-10.0.0.12");
        assertEquals(List.of("b"), names(Configuration.of(two, List.of(again, b))));
    }

    @Test
    void avoidedTextThatIsNoAddressIsRefused() {
        GroupSpec spec = new GroupSpec(
                "purelb",
                "a",
                Samples.LONG_AGO,
                group("a", "10.0.0.0/24").pools(),
                SharingScope.CLUSTER,
                List.of(),
                List.of("10.0.0.1", "gateway"));
        assertEquals("spec.avoid[1]", configuration(spec).problems().get(0).field());
    }

    @Test
    void aggregationIsDefaultOrALengthFromEightOn() {
        assertEquals("default", Aggregation.parse("", IpFamily.IPV4).toString());
        assertEquals("/8", Aggregation.parse("/8", IpFamily.IPV4).toString());
        assertEquals("/32", Aggregation.parse("/32", IpFamily.IPV4).toString());
        assertEquals("/128", Aggregation.parse("/128", IpFamily.IPV6).toString());
        for (String bad : List.of("/7", "/33", "24", "/", "Default")) {
            assertThrows(AddressFormatException.class, () -> Aggregation.parse(bad, IpFamily.IPV4), bad);
        }
    }
}
