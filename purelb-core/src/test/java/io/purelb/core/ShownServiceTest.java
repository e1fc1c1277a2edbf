package io.purelb.core;

import static io.purelb.core.Samples.configuration;
import static io.purelb.core.Samples.group;
import static io.purelb.core.Samples.ip;
import static io.purelb.core.Samples.service;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.ShownService.Standing;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ShownServiceTest {
    private static final Configuration GROUPS = configuration(group("default", "10.0.0.10-10.0.0.19"));

    private static ShownService shown(boolean branded, boolean anythingElse, String... addresses) {
        return new ShownService(
                true,
                branded,
                Stream.of(addresses).map(Samples::ip).toList(),
                anythingElse,
                List.of(Allocator.DEFAULT_GROUP));
    }

    private static FoundService found(String name, ShownService shown) {
        return new FoundService(service(name).build(), Samples.LONG_AGO, shown);
    }

    @Test
    void unbrandedAddressOfOursIsAdopted() {
        assertEquals(Standing.TO_BE_ADOPTED, shown(false, false, "10.0.0.17").among(GROUPS));
    }

    @Test
    void unbrandedAddressOfNobodyOrHostNameIsAnothersEvenBesideOneOfOurs() {
        assertEquals(
                Standing.SERVED_BY_ANOTHER, shown(false, false, "203.0.113.9").among(GROUPS));
        assertEquals(
                Standing.SERVED_BY_ANOTHER,
                shown(false, false, "10.0.0.17", "203.0.113.9").among(GROUPS));
        assertEquals(Standing.SERVED_BY_ANOTHER, shown(false, true).among(GROUPS));
        assertEquals(Standing.SERVED_BY_ANOTHER, shown(false, true, "10.0.0.17").among(GROUPS));
    }

    @Test
    void brandedAddressIsAdoptedWhereverItLies() {
        assertEquals(Standing.TO_BE_ADOPTED, shown(true, false, "203.0.113.9").among(GROUPS));
        assertEquals(Standing.TO_BE_ADOPTED, shown(true, true, "10.0.0.17").among(GROUPS));
        assertEquals(Standing.TO_BE_SERVED, shown(true, true).among(GROUPS));
    }

    @Test
    void whoShowsNothingIsServedAndWhoAsksForNoneOfOursIsLeft() {
        assertEquals(Standing.TO_BE_SERVED, ShownService.nothing().among(GROUPS));
        assertEquals(
                Standing.NOT_OURS,
                new ShownService(false, true, List.of(ip("10.0.0.17")), false, List.of("default")).among(GROUPS));
    }

    @Test
    void adoptedAddressIsOfTheGroupThatHandsItOutNow() {
        Allocations allocations = new Allocations();
        FoundService web = found("web", shown(false, false, "10.0.1.5"));
        allocations.load(GROUPS);
        assertEquals(List.of(), allocations.adopt(web).stream().toList());
        allocations.load(configuration(group("default", "10.0.0.10-10.0.0.19"), group("edge", "10.0.1.0/24")));
        allocations.adopt(web);
        assertEquals(
                List.of(new Assignment(ip("10.0.1.5"), "edge")),
                allocations.ledger().heldBy(web.key()));
    }

    @Test
    void whoHoldsSomethingIsServedWhateverElseItShows() {
        Allocations allocations = new Allocations();
        allocations.configure(GROUPS);
        FoundService web = found("web", ShownService.nothing());
        allocations.settle(web);
        assertEquals(Standing.TO_BE_SERVED, allocations.standing(web.key(), shown(false, true, "203.0.113.9")));
        assertEquals(List.of(), allocations.settle(found("other", shown(false, true))));
    }
}
