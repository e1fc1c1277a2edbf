package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** One address per family (specification, 2.3). */
final class FamiliesIT extends OnRealApi {
    @Test
    void addressesComeInTheOrderOfTheFamilies() {
        group("default", "10.0.0.0/30", "fd00::/126");
        allocator();
        create(draft("four").families("RequireDualStack", "IPv4", "IPv6"));
        create(draft("six").families("RequireDualStack", "IPv6", "IPv4"));
        assertEquals(2, served("four").size());
        assertEquals("10.0.0", served("four").get(0).substring(0, 6));
        assertEquals("fd00::", served("six").get(0).substring(0, 6));
        create(draft("only-six").families("SingleStack", "IPv6"));
        assertEquals(List.of("fd00::2"), served("only-six"));
    }

    @Test
    void requireDualStackGetsBothOrNone() {
        group("default", "10.0.0.0/30", "fd00::1");
        allocator();
        create(draft("holder").families("SingleStack", "IPv6"));
        served("holder");
        create(draft("both").families("RequireDualStack", "IPv4", "IPv6"));
        refused("both", "EXHAUSTED");
        create(draft("other"));
        assertEquals(List.of("10.0.0.0"), served("other"), "nothing was set aside for the one that is refused");
        assertEquals(List.of(), addresses("both"));
        delete("holder");
        awaitAddresses("both", "10.0.0.1", "fd00::1");
    }

    @Test
    void preferDualStackTakesWhatThereIsAndTheRestWhenSpaceAppears() {
        group("default", "10.0.0.0/30");
        allocator();
        create(draft("web").families("PreferDualStack", "IPv4", "IPv6"));
        refused("web", "FAMILY_UNAVAILABLE");
        assertEquals(List.of("10.0.0.0"), addresses("web"));
        group("default", "10.0.0.0/30", "fd00::7");
        awaitAddresses("web", "10.0.0.0", "fd00::7");
        assertEquals("Allocated", reason(get("web")));
        create(draft("late").families("PreferDualStack", "IPv4", "IPv6"));
        refused("late", "EXHAUSTED");
        assertEquals(List.of("10.0.0.1"), addresses("late"));
        delete("web");
        awaitAddresses("late", "10.0.0.1", "fd00::7");
    }

    @Test
    void singleStackWithoutAnAddressIsAFailure() {
        group("default", "fd00::/126");
        allocator();
        create(draft("web").families("SingleStack", "IPv4"));
        refused("web", "FAMILY_UNAVAILABLE");
        assertEquals(List.of(), addresses("web"));
    }

    @Test
    void changeOfFamiliesAddsOrReleasesOnlyThatFamily() {
        group("default", "10.0.0.0/30", "fd00::/126");
        allocator();
        create(draft("first"));
        served("first");
        create(draft("web").families("SingleStack", "IPv4"));
        assertEquals(List.of("10.0.0.1"), served("web"));
        delete("first");
        edit("web", "{'spec':{'ipFamilyPolicy':'PreferDualStack'}}");
        awaitAddresses("web", "10.0.0.1", "fd00::");
        edit("web", "{'spec':{'ipFamilyPolicy':'RequireDualStack'}}");
        barrier();
        assertEquals(List.of("10.0.0.1", "fd00::"), served("web"));
        edit("web", "{'spec':{'ipFamilyPolicy':'SingleStack'}}");
        awaitAddresses("web", "10.0.0.1");
        awaitEvent("web", "Normal IPReleased: Released IP fd00:: to pool default");
        create(draft("six").families("SingleStack", "IPv6"));
        assertEquals(List.of("fd00::"), served("six"));
    }

    @Test
    void familyThatCannotBeHadLeavesTheOtherWhereItIs() {
        group("default", "10.0.0.0/30");
        allocator();
        create(draft("web").families("SingleStack", "IPv4"));
        served("web");
        edit("web", "{'spec':{'ipFamilyPolicy':'RequireDualStack'}}");
        refused("web", "FAMILY_UNAVAILABLE");
        assertEquals(List.of("10.0.0.0"), addresses("web"));
        group("default", "10.0.0.0/30", "fd00::/126");
        awaitAddresses("web", "10.0.0.0", "fd00::");
    }

    @Test
    void surplusAddressOfOneFamilyStaysUntilTheServiceIsEdited() {
        group("default", "10.0.0.0/29");
        create(draft("web").annotated("purelb.io/allocated-by", "PureLB"));
        showIngress("web", "10.0.0.1", "10.0.0.0");
        allocator();
        barrier();
        assertEquals(List.of("10.0.0.1", "10.0.0.0"), served("web"));
        create(draft("next"));
        assertEquals(List.of("10.0.0.2"), served("next"));
        annotate("web", "purelb.io/addresses", "10.0.0.0");
        awaitAddresses("web", "10.0.0.0");
    }
}
