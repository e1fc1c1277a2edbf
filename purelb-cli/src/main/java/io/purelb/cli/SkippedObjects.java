package io.purelb.cli;

import io.purelb.core.UserText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Objects that a command has no use for: named, so that nobody wonders what became of them. */
final class SkippedObjects {
    private static final int NAMED = 20;

    private final List<String> titles = new ArrayList<>();
    private int count;

    void add(Manifest manifest) {
        count++;
        if (titles.size() < NAMED) {
            titles.add(UserText.shown(manifest.title()));
        }
    }

    /** One line, or none when there is nothing to tell. */
    void print(PrintWriter err, String why) {
        if (count > 0) {
            String more = count > titles.size() ? " and " + (count - titles.size()) + " more" : "";
            err.println("purelb: skipped, " + why + ": " + String.join(", ", titles) + more);
        }
    }
}
