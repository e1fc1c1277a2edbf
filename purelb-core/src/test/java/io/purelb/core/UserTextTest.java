package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class UserTextTest {
    private static final String EVIL = "a\u001b[2J\u001b[31m\nshop       web   orphaned  10.0.0.12\u2028\u202e";

    @Test
    void whatATerminalWouldObeyIsEscaped() {
        assertEquals(
                "\"a\\u001b[31m\\n\\r\\t\\u0000\\u007f\\u009b\"", UserText.quoted("a\u001b[31m\n\r\t\0\u007f\u009b"));
        assertEquals("\\u2028\\u2029\\u0085", UserText.escaped("\u2028\u2029\u0085"));
        assertEquals(
                "\\u202e\\u2066\\u200f\\u061c\\u200b\\ufeff", UserText.escaped("\u202e\u2066\u200f\u061c\u200b\ufeff"));
        assertEquals("\\ud83d", UserText.escaped("\ud83d"));
        assertEquals("\\udb40\\udc41", UserText.escaped(Character.toString(0xe0041)));
    }

    @Test
    void whatPeopleWriteStaysAsItIs() {
        assertEquals("Grüße, 世界, ☃ 😀 \"x\" \\n", UserText.escaped("Grüße, 世界, ☃ 😀 \"x\" \\n"));
    }

    @Test
    void longTextIsCutBetweenCharacters() {
        assertEquals("😀".repeat(128), UserText.shown("😀".repeat(128)));
        assertEquals("\"" + "😀".repeat(128) + "...\"", UserText.quoted("😀".repeat(129)));
    }

    @Property(tries = 200)
    void escapedTextIsOneLineWithoutControls(@ForAll String text) {
        String escaped = UserText.escaped(text);
        assertOneHarmlessLine(escaped);
        assertEquals(escaped, UserText.escaped(escaped), "once is enough");
    }

    private static void assertOneHarmlessLine(String text) {
        assertEquals(
                List.of(text).stream().filter(t -> !t.isEmpty()).toList(),
                text.lines().toList());
        assertTrue(text.codePoints().noneMatch(Character::isISOControl), text);
        assertFalse(text.contains("\u2028") || text.contains("\u202e"), text);
    }

    private static ServiceRequest request(Optional<String> group, String addresses) {
        return new ServiceRequest(
                new ServiceKey("shop", "evil"),
                List.of(IpFamily.IPV4),
                FamilyPolicy.SINGLE_STACK,
                group,
                RequestedAddresses.parse("purelb.io/addresses", addresses),
                Optional.of(EVIL),
                new TreeSet<>(List.of(new ServicePort("TCP", 80))),
                false);
    }

    @Test
    void refusalsShowUserTextEscaped() {
        Allocations allocations = new Allocations();
        allocations.configure(Configuration.of(Configuration.EMPTY, List.of(GroupSpec.of("default", "10.0.0.0/24"))));
        for (ServiceRequest request : List.of(
                request(Optional.of(EVIL), ""),
                request(Optional.of(EVIL), "10.0.0.7"),
                request(Optional.empty(), EVIL),
                request(Optional.of("x".repeat(10_000)), ""))) {
            allocations.put(request, Instant.EPOCH);
            Refusal refusal = allocations.refusals(request.service()).get(0);
            assertOneHarmlessLine(refusal.message());
            assertTrue(refusal.message().length() < 600, refusal.message());
        }
    }

    @Test
    void problemsOfGroupsShowUserTextEscaped() {
        GroupSpec group = new GroupSpec(
                "purelb",
                "default",
                Instant.EPOCH,
                List.of(new PoolSpec("spec.local", Optional.empty(), EVIL, EVIL, EVIL)),
                SharingScope.CLUSTER,
                List.of(EVIL),
                List.of(EVIL));
        List<ConfigProblem> problems =
                Configuration.of(Configuration.EMPTY, List.of(group)).problems();
        assertEquals(3, problems.size(), problems.toString());
        problems.forEach(problem -> assertOneHarmlessLine(problem.message()));
    }
}
