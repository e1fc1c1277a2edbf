package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.core.IpAddress;
import org.junit.jupiter.api.Test;

final class RecentQuestionsTest {
    private static final IpAddress ADDRESS = IpAddress.parse("10.0.0.5");
    private static final IpAddress OTHER = IpAddress.parse("10.0.0.6");

    private final RecentQuestions questions = new RecentQuestions(1_000);

    @Test
    void questionIsRememberedForSoLong() {
        questions.ask(ADDRESS, 0);
        assertTrue(questions.isRecent(ADDRESS, 999));
        assertFalse(questions.isRecent(ADDRESS, 1_000));
        assertFalse(questions.isRecent(OTHER, 0));
    }

    @Test
    void repeatedQuestionIsRememberedFromTheLastTimeOn() {
        questions.ask(ADDRESS, 0);
        questions.ask(ADDRESS, 900);
        questions.ask(OTHER, 1_500);
        assertTrue(questions.isRecent(ADDRESS, 1_500));
    }

    @Test
    void oldQuestionsAreForgotten() {
        questions.ask(ADDRESS, 0);
        questions.ask(OTHER, 2_000);
        assertEquals(1, questions.size());
    }
}
