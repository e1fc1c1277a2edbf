package io.purelb.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the file {@code services/cluster.yaml} holds, and edits of it. */
class ServicesCommandTest {
    private static final Path FILES = Path.of("src/test/resources/services");

    @TempDir
    private Path directory;

    private static String cluster() throws IOException {
        return Files.readString(FILES.resolve("cluster.yaml"));
    }

    private CommandLineRun services(String state, String... flags) throws IOException {
        Path file = Files.writeString(directory.resolve("state.yaml"), state);
        return CommandLineRun.of(Stream.concat(Stream.of("services", "--state", file.toString()), Arrays.stream(flags))
                .toArray(String[]::new));
    }

    private List<String> statuses(String state, String... flags) throws IOException {
        String[] all =
                Stream.concat(Arrays.stream(flags), Stream.of("-o", "json")).toArray(String[]::new);
        List<String> statuses = new ArrayList<>();
        for (JsonNode row : services(state, all).json().get("addresses")) {
            statuses.add(row.get("service").asText() + " " + row.get("ip").asText() + " "
                    + row.get("status").asText());
        }
        return statuses;
    }

    @ParameterizedTest
    @ValueSource(strings = {"table", "json", "yaml"})
    void eachOutputIsTheOneOnRecord(String format) throws IOException {
        CommandLineRun run = services(cluster(), "-o", format);
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(Files.readString(FILES.resolve("expected." + format)), run.out());
    }

    @Test
    void theTableFitsInto120Columns() throws IOException {
        services(cluster()).out().lines().forEach(line -> assertTrue(line.length() <= 120, line));
    }

    @Test
    void onlyProblemsAreShownOnRequest() throws IOException {
        List<String> shown = statuses(cluster(), "--problems");
        assertTrue(shown.stream().noneMatch(row -> row.endsWith(" OK")), shown::toString);
        assertEquals(
                statuses(cluster()).stream().filter(row -> !row.endsWith(" OK")).toList(), shown);
    }

    @Test
    void rowsAreChosenByPoolNodeAndAddress() throws IOException {
        assertEquals(
                List.of("nearby 172.31.1.2 OK", "unready 172.31.1.1 NO ANNOUNCER, NO ENDPOINTS", "wide 172.31.1.0 OK"),
                statuses(cluster(), "--pool", "virtual"));
        assertEquals(
                List.of("dead 172.30.250.56 ANNOUNCER UNHEALTHY", "nearby 172.31.1.2 OK", "wide 172.31.1.0 OK"),
                statuses(cluster(), "--node", "purelb2-3"));
        List<String> waiting = statuses(cluster(), "--pool", "default", "--problems");
        assertTrue(waiting.contains("new - PENDING UNDECIDED"), waiting::toString);
        assertEquals(List.of("dual fd00:250::5000 OK"), statuses(cluster(), "--ip", "FD00:250:0::5000"));
        assertTrue(services(cluster(), "--ip", "here").usage().contains("--ip \"here\" is no IP address"));
    }

    @Test
    void whatAnotherControllerServesIsNotShown() throws IOException {
        assertTrue(statuses(cluster()).stream().noneMatch(row -> row.startsWith("foreign")));
    }

    @Test
    void withoutNodesAndEndpointsNothingIsSaidOfThem() throws IOException {
        String bare = cluster()
                .replace("kind: Node\n", "kind: Pod\n")
                .replace("discovery.k8s.io/v1, kind: EndpointSlice", "v1, kind: Endpoints");
        List<String> shown = statuses(bare, "--problems");
        assertEquals(
                List.of(
                        "clash 172.30.250.55 CONFLICT PORT_CONFLICT, ANNOUNCED TWICE",
                        "clash 172.30.250.55 CONFLICT PORT_CONFLICT, ANNOUNCED TWICE",
                        "new - PENDING UNDECIDED",
                        "old 172.30.250.9 ORPHANED",
                        "waits - PENDING UNKNOWN_GROUP"),
                shown);
        assertTrue(services(bare).out().contains("note: no Node was read"));
        assertTrue(services(bare).out().contains("note: no EndpointSlice was read"));
    }

    @Test
    void aMissingFamilyIsARowOfItsOwnBesideTheAddressThatIsHeld() throws IOException {
        String state = cluster()
                .replace(
                        "status: {loadBalancer: {ingress: [{ip: 172.30.250.57}, {ip: 'fd00:250::5000'}]}}",
                        "status: {loadBalancer: {ingress: [{ip: 172.30.250.57}]}, conditions: [{type: purelb.io/Allocated,"
                                + " status: 'False', reason: FAMILY_UNAVAILABLE, message: none, lastTransitionTime:"
                                + " '2026-01-01T00:00:00Z'}]}");
        assertEquals(
                List.of("dual 172.30.250.57 OK", "dual - PENDING FAMILY_UNAVAILABLE"),
                statuses(state).stream().filter(row -> row.startsWith("dual")).toList());
    }

    @Test
    void anAddressIsLocalWhereOthersOfItsPoolAreAnnouncedThoughNoNodeNamesTheSubnet() throws IOException {
        String state = cluster().replace("address: 172.30.250.", "address: 10.0.0.");
        assertTrue(statuses(state).contains("alone 172.30.250.54 NO ANNOUNCER"), statuses(state)::toString);
    }

    @Test
    void whatUsersWriteMakesNoRowOfItsOwn() throws IOException {
        CommandLineRun run =
                services(cluster().replace("allow-shared-ip: front", "allow-shared-ip: \"a\\nshop x\\e[2J\""));
        assertTrue(run.out().contains("a\\nshop x\\u001b[2J"), run::out);
        assertTrue(run.out().chars().allMatch(c -> c == '\n' || (c >= ' ' && c < 0x7f)), run::out);
    }
}
