package io.purelb.cli.metallb;

import io.purelb.core.UserText;
import java.util.ArrayList;
import java.util.List;

/** What has no equivalent or needs a look: a sentence each, with object, field and remedy. */
final class Warnings {
    private final List<String> sentences = new ArrayList<>();

    /**
     * Adds one.
     *
     * @param object such as {@code IPAddressPool metallb-system/first}
     * @param field where in it; empty for the whole object
     * @param sentence what it means for PureLB and what to do
     */
    void add(String object, String field, String sentence) {
        String text = UserText.shown(object) + ": " + (field.isEmpty() ? "" : UserText.shown(field) + " ") + sentence;
        if (!sentences.contains(text)) {
            sentences.add(text);
        }
    }

    List<String> sentences() {
        return List.copyOf(sentences);
    }
}
