package io.purelb.cli;

import io.purelb.core.UserText;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Columns padded by two blanks, without borders, as kubectl prints them. */
final class Table {
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... header) {
        rows.add(List.of(header));
    }

    /** Whatever a cell's text is, it makes no other row. */
    void row(String... cells) {
        rows.add(Stream.of(cells).map(UserText::escaped).toList());
    }

    /** Cell text of a list: {@code -} when empty. */
    static String list(List<String> values) {
        return values.isEmpty() ? "-" : String.join(",", values);
    }

    void print(PrintWriter out) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i))
                        .append(" ".repeat(widths[i] + 2 - row.get(i).length()));
            }
            out.println(line.toString().stripTrailing());
        }
    }
}
