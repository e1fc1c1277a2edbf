package io.purelb.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import java.io.PrintWriter;
import java.util.function.Consumer;
import picocli.CommandLine.Option;

/** {@code -o table|json|yaml}. */
final class OutputOption {
    enum Format {
        TABLE,
        JSON,
        YAML
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "table, json or yaml (default: table)")
    private Format format = Format.TABLE;

    /** Prints a report as the user wants it. */
    <R> void print(PrintWriter out, R report, Consumer<R> table) {
        if (format == Format.TABLE) {
            table.accept(report);
        } else {
            out.println(text(report).strip());
        }
        out.flush();
    }

    private String text(Object report) {
        ObjectMapper mapper = format == Format.JSON
                ? new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT)
                : new ObjectMapper(YAMLFactory.builder()
                        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                        .build());
        try {
            return mapper.writeValueAsString(report);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report is made of lists and texts only", e);
        }
    }
}
