package io.purelb.lab.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The tables of requests that the embedded API server and a real one must answer alike: {@code contract/*.txt}.
 *
 * <p>{@code == a claim} begins a scenario, which runs in a namespace of its own ({@code $ns}). A request is a line
 * {@code VERB path code options...}, its body the indented lines below it, JSON without the quotation marks that only
 * machines need. Verbs beside the HTTP ones: MERGE, JSONPATCH, STRATEGIC and APPLY are patches, TABLE asks for a table,
 * WATCH reads a watch to its end and, if it
 * has a body, makes a ConfigMap of it meanwhile, EXPIRE makes the server forget old states. A path without a slash in front is a Service's or, if it begins with a resource of
 * purelb.io, one of that group, in the scenario's namespace. Options: {@code save:name=/pointer} keeps a value of the
 * answer as {@code $name}; {@code type=...} and {@code accept=...} are headers; {@code raw} sends the body as it stands;
 * {@code lab=code} says that the embedded server refuses, with that code, what the real one can do; {@code
 * message:loose} leaves the wording of the messages open.
 */
final class Contract {
    static final List<String> TABLES = List.of(
            "lists", "watches", "objects", "services", "patches", "apply", "schemas", "rules", "tables", "errors");

    private static final JsonMapper RELAXED = JsonMapper.builder()
            .enable(JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES, JsonReadFeature.ALLOW_SINGLE_QUOTES)
            .build();

    private Contract() {}

    /** One request, with the code that both servers must answer. */
    record Request(int line, String verb, String path, int code, List<String> options, String body) {
        Optional<String> option(String name) {
            return options.stream()
                    .filter(option -> option.startsWith(name + "="))
                    .map(option -> option.substring(name.length() + 1))
                    .findFirst();
        }

        boolean has(String option) {
            return options.contains(option);
        }

        /** The answer expected of the embedded server. */
        int labCode() {
            return option("lab").map(Integer::parseInt).orElse(code);
        }
    }

    record Scenario(String table, String claim, List<Request> requests) {
        @Override
        public String toString() {
            return table + ": " + claim;
        }
    }

    static List<Scenario> scenarios(String table) {
        List<Scenario> scenarios = new ArrayList<>();
        List<String> lines = text(table + ".txt").lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (line.startsWith("== ")) {
                scenarios.add(new Scenario(table, line.substring(3), new ArrayList<>()));
            } else if (!line.isBlank() && !line.startsWith("#") && !line.startsWith(" ")) {
                StringBuilder body = new StringBuilder();
                for (int j = i + 1; j < lines.size() && lines.get(j).startsWith(" "); j++) {
                    body.append(lines.get(j).substring(2)).append('\n');
                }
                scenarios.get(scenarios.size() - 1).requests().add(request(i + 1, line, body.toString()));
            }
        }
        return scenarios;
    }

    private static Request request(int number, String line, String body) {
        String[] words = line.split(" +");
        List<String> options = Arrays.asList(words).subList(3, words.length);
        boolean plain = body.isEmpty() || options.contains("raw");
        return new Request(
                number, words[0], words[1], Integer.parseInt(words[2]), options, plain ? body : strict(number, body));
    }

    private static String strict(int number, String body) {
        try {
            return RELAXED.readTree(body).toString();
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("line " + number + ": " + body, e);
        }
    }

    static String text(String file) {
        try (InputStream in =
                Objects.requireNonNull(Contract.class.getResourceAsStream("contract/" + file), "no file " + file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
