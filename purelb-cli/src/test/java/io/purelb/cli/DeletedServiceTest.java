package io.purelb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What simulate and plan say of a Service that is being deleted and waits for somebody's finalizer. */
final class DeletedServiceTest {
    @TempDir
    private Path directory;

    private static String group(String pool) {
        return """
            apiVersion: purelb.io/v1
            kind: ServiceGroup
            metadata: {name: default, namespace: purelb}
            spec: {local: {v4pools: [{subnet: 10.0.0.0/24, pool: %s}]}}
            ---
            """.formatted(pool);
    }

    private static String service(String name, String metadata) {
        return """
            apiVersion: v1
            kind: Service
            metadata: {name: %s, namespace: shop%s}
            spec: {type: LoadBalancer, ipFamilies: [IPv4], ports: [{port: 80}]}
            ---
            """.formatted(name, metadata);
    }

    private static String dying() {
        return service(
                "dying",
                ", creationTimestamp: '2025-01-01T00:00:00Z', deletionTimestamp: '2026-01-01T00:00:00Z',"
                        + " finalizers: [example.net/slow]");
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static List<String> addresses(JsonNode services, String name) {
        return StreamSupport.stream(services.spliterator(), false)
                .filter(service -> service.path("name").asText().equals(name))
                .flatMap(service ->
                        StreamSupport.stream(service.path("addresses").spliterator(), false))
                .map(address -> address.path("ip").asText())
                .toList();
    }

    @Test
    void simulateGivesAFreedAddressToTheNextServiceThatWaits() throws IOException {
        CommandLineRun run = CommandLineRun.of(
                "simulate",
                "-o",
                "json",
                "-f",
                file(
                        "cluster.yaml",
                        group("10.0.0.10")
                                + service("holder", "")
                                + dying()
                                + service("alive", ", creationTimestamp: '2025-06-01T00:00:00Z'")
                                + service("holder", ", annotations: {simulate.purelb.io/action: delete}")));
        JsonNode services = run.json().path("services");
        assertEquals(List.of(), addresses(services, "dying"), run::out);
        assertEquals(List.of("10.0.0.10"), addresses(services, "alive"), run::out);
        assertFalse(run.out().contains("shop/dying: "), () -> "nothing is told about it: " + run.out());
    }

    @Test
    void planGivesNothingOfANewGroupToIt() throws IOException {
        JsonNode services = CommandLineRun.of(
                        "plan",
                        "-o",
                        "json",
                        "-f",
                        file("wanted.yaml", group("10.0.0.10")),
                        "--state",
                        file("state.yaml", dying() + service("alive", ", creationTimestamp: '2025-06-01T00:00:00Z'")))
                .json()
                .path("services");
        List<String> given = StreamSupport.stream(services.spliterator(), false)
                .filter(service -> service.path("ip").asText().equals("10.0.0.10"))
                .map(service -> service.path("name").asText())
                .toList();
        assertEquals(List.of("alive"), given, services::toString);
    }
}
