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

/** What becomes of MetalLB's objects of {@code metallb/metallb.yaml} and Services of {@code metallb/services.yaml}. */
class ImportMetalLbTest {
    private static final Path FILES = Path.of("src/test/resources/metallb");
    private static final String STATE = FILES.resolve("services.yaml").toString();
    private static final String POOL = """
            apiVersion: metallb.io/v1beta1
            kind: IPAddressPool
            metadata: {name: %s, namespace: metallb-system}
            spec: {addresses: [%s]%s}
            ---
            """;

    @TempDir
    private Path directory;

    private String file(String name, String text) throws IOException {
        return Files.writeString(directory.resolve(name), text).toString();
    }

    private static CommandLineRun run(String file, String... flags) {
        return CommandLineRun.of(
                Stream.concat(Stream.of("import", "metallb", "-f", file, "--state", STATE), Arrays.stream(flags))
                        .toArray(String[]::new));
    }

    private CommandLineRun of(String text, String... flags) throws IOException {
        return run(file("metallb.yaml", text), flags);
    }

    private static CommandLineRun all() {
        return run(
                FILES.resolve("metallb.yaml").toString(),
                "--subnet",
                "172.30.250.0/24",
                "--lb-class",
                "metallb.example/lb");
    }

    @Test
    void groupsCommandsAndWarningsAreThoseOnRecord() throws IOException {
        CommandLineRun run = all();
        assertEquals(0, run.exitCode(), run.err());
        assertEquals(Files.readString(FILES.resolve("expected.yaml")), run.out());
        assertEquals(Files.readString(FILES.resolve("expected.warnings")), run.err());
    }

    /** The Services once the commands were run: what those write, in YAML. */
    private static String annotated() throws IOException {
        return Files.readString(Path.of(STATE))
                .replace("address-pool: gold", "address-pool: gold, purelb.io/service-group: gold")
                .replace(
                        "{name: spilled, namespace: shop}",
                        "{name: spilled, namespace: shop, annotations: {purelb.io/service-group: third}}")
                .replace(
                        "loadBalancerIPs: 172.30.250.77",
                        "loadBalancerIPs: 172.30.250.77, purelb.io/addresses: 172.30.250.77")
                .replace("allow-shared-ip: it's dns", "allow-shared-ip: it's dns, purelb.io/allow-shared-ip: it's dns");
    }

    @Test
    void planKeepsEveryServiceWhereItIs() throws IOException {
        CommandLineRun plan = CommandLineRun.of(
                "plan",
                "-f",
                file("groups.yaml", all().out()),
                "--state",
                file("state.yaml", annotated()),
                "-o",
                "json");
        assertEquals(0, plan.exitCode(), plan.err());
        List<String> fates = new ArrayList<>();
        for (JsonNode line : plan.json().get("services")) {
            fates.add(line.get("name").asText() + " " + line.get("outcome").asText() + " "
                    + line.get("ip").asText());
        }
        assertEquals(
                List.of(
                        "shared-tcp adopted 172.30.250.53",
                        "asked adopted 172.30.250.77",
                        "plain adopted 172.30.250.50",
                        "pool adopted 172.31.1.1",
                        "pool adopted fd00:31::1",
                        "shared-dns adopted 172.30.250.53",
                        "spilled adopted 172.31.9.0",
                        "waiting newly satisfiable 172.31.1.2"),
                fates);
        assertTrue(plan.json().get("problems").isEmpty());
    }

    @Test
    void commandsAreAScriptOfTheirOwn() {
        CommandLineRun run = run(FILES.resolve("metallb.yaml").toString(), "--commands");
        assertTrue(
                run.out()
                        .contains("\nkubectl --namespace office annotate --overwrite service shared-tcp"
                                + " 'purelb.io/allow-shared-ip=it'\\''s dns'\n"),
                run.out());
        assertTrue(run.out().lines().allMatch(line -> line.startsWith("#") || line.startsWith("kubectl ")), run.out());
    }

    @Test
    void commandsThatTakeAnAddressAwayForAMomentRunOnlyLater() {
        CommandLineRun run =
                run(FILES.resolve("metallb.yaml").toString(), "--lb-class", "metallb.example/lb", "--commands");
        String[] parts = run.out().split("\n\\[ \"\\$1\" = later ] \\|\\| exit 0\n", -1);
        assertEquals(2, parts.length, run.out());
        assertTrue(!parts[0].contains("patch") && parts[0].contains("annotate"), parts[0]);
        assertTrue(parts[1].contains("\"type\":\"NodePort\""), parts[1]);
    }

    @Test
    void withoutASubnetTheSmallestIsDerivedAndTheLanIsAskedFor() {
        CommandLineRun run = run(FILES.resolve("metallb.yaml").toString());
        assertTrue(
                run.out().contains("subnet: '172.30.250.0/25'\n      pool: '172.30.250.50-172.30.250.80'"), run.out());
        assertTrue(run.out().contains("# Subnet 172.30.250.0/25 is the smallest that contains"), run.out());
        assertTrue(run.out().contains("subnet: 'fd00:250::5000/120'"), run.out());
        assertTrue(run.err().contains("no Node's address lies in the derived subnet fd00:250::5000/120"), run.err());
    }

    @Test
    void thePoolOfTheBestPriorityIsTheDefaultOne() throws IOException {
        CommandLineRun run = of(POOL.formatted("a", "192.0.2.0/28", "")
                + POOL.formatted("b", "192.0.2.16/28", ", serviceAllocation: {priority: 50}")
                + POOL.formatted("c", "192.0.2.32/28", ", serviceAllocation: {priority: 10, namespaces: [shop]}"));
        assertTrue(run.out().contains("Called default"), run.out());
        assertTrue(
                run.out()
                        .contains("name: default\n  namespace: purelb\nspec:\n  local:\n    v4pools:\n"
                                + "    - subnet: '192.0.2.16/28'"),
                run.out());
    }

    @Test
    void aPoolCalledDefaultThatIsNotForEverybodyGetsAnotherName() throws IOException {
        CommandLineRun run = of(POOL.formatted("default", "192.0.2.0/28", ", autoAssign: false"));
        assertTrue(run.out().contains("name: default-1\n"), run.out());
        assertTrue(run.err().contains("ServiceGroup default: is not there, because no pool has autoAssign"), run.err());
    }

    @Test
    void aServiceWithAddressesOfTwoPoolsIsWarnedOf() throws IOException {
        CommandLineRun run =
                of(POOL.formatted("a", "192.0.2.0/28", "") + POOL.formatted("b", "'2001:db8::/120'", "") + """
                apiVersion: v1
                kind: Service
                metadata: {name: both, namespace: shop}
                spec: {type: LoadBalancer, ports: [{port: 80}]}
                status: {loadBalancer: {ingress: [{ip: 192.0.2.1}, {ip: '2001:db8::1'}]}}
                """);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(
                run.err()
                        .contains("Service shop/both: status.loadBalancer.ingress pool \"a\" is not where its address"
                                + " 2001:db8::1 comes from"),
                run.err());
    }

    @Test
    void theOlderConfigMapIsReadToo() throws IOException {
        CommandLineRun run = of("""
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: config, namespace: metallb-system}
                data:
                  config: |
                    peers: [{peer-address: 10.0.0.1, peer-asn: 64501, my-asn: 64500}]
                    address-pools:
                    - {name: default, protocol: layer2, addresses: [192.168.1.240-192.168.1.250]}
                    - name: Cheap_ones
                      protocol: bgp
                      auto-assign: false
                      avoid-buggy-ips: true
                      addresses: [198.51.100.0/24]
                      bgp-advertisements: [{aggregation-length: 32, localpref: 100}, {aggregation-length: 24}]
                """);
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.out().contains("pool: '192.168.1.240-192.168.1.250'\n      aggregation: default\n"), run.out());
        assertTrue(run.out().contains("name: cheap-ones\n"), run.out());
        assertTrue(
                run.out().contains("aggregation: /32\n  avoid:\n  - '198.51.100.0'\n  - '198.51.100.255'\n"),
                run.out());
        for (String warned :
                List.of("data.config peers is for the routing", "localpref is for", "several aggregation lengths")) {
            assertTrue(run.err().contains(warned), run.err());
        }
    }

    @Test
    void groupsThatPureLbWouldRefuseAreProblemsAndExitCode1() throws IOException {
        CommandLineRun run = of(POOL.formatted("a", "192.0.2.0/28", "") + POOL.formatted("b", "192.0.2.8/29", ""));
        assertEquals(1, run.exitCode());
        assertTrue(
                run.err().contains("purelb: problem: ServiceGroup purelb/default: spec.local.v4pools[0].pool"),
                run.err());
    }

    @Test
    void whatCannotBeReadIsNamedAndLeftOut() throws IOException {
        CommandLineRun run = of(POOL.formatted("a", "192.0.2.0/28, 192.0.2.99-, 192.0.2.200-192.0.2.100", ""));
        assertTrue(run.err().contains("\"192.0.2.99-\" is not a subnet"), run.err());
        assertTrue(run.err().contains("starts after its end"), run.err());
        assertTrue(of("{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {config: '{'}}")
                .sentence()
                .contains("ConfigMap c: data.config is no YAML"));
        assertTrue(of("{apiVersion: v1, kind: Secret, metadata: {name: s}}")
                .err()
                .contains("skipped, these are not MetalLB's: Secret"));
    }

    @Test
    void ofALargePoolBuggyAddressesAreAvoidedUpToTheLimitOfTheDefinition() throws IOException {
        CommandLineRun fits = of(POOL.formatted("a", "10.0.0.0-10.1.255.254", ", avoidBuggyIPs: true"));
        assertTrue(fits.out().contains("- '10.1.254.255'\n  - '10.1.255.0'\n"), fits.err());
        CommandLineRun tooLarge = of(POOL.formatted("a", "10.0.0.0/14", ", avoidBuggyIPs: true"));
        assertTrue(tooLarge.err().contains("spec.avoidBuggyIPs would be more than 1024 entries"), tooLarge.err());
    }
}
