package io.purelb.lab;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.IpAddress;
import io.purelb.core.testkit.Patience;
import io.purelb.lab.LabSettings.Api;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The lab without PureLB: what it offers to the allocator, the agents and the person in front of it. */
class LabIT {
    private static final IpAddress SERVED = IpAddress.parse("172.30.250.53");

    private static final Duration WINDOW = Duration.ofMillis(200);

    @TempDir
    Path temp;

    @BeforeEach
    void requireRoot() {
        Root.require();
    }

    @ParameterizedTest
    @EnumSource
    void kubectlFromTheShellSeesTheNodes(Api api) {
        requireKubectl();
        try (RunRecord record = RunRecord.open(temp.resolve("state"));
                Lab lab = new Lab(settings(api), record, prefix())) {
            lab.cluster().register(Lab.NODES);
            String nodes =
                    Command.run("kubectl", "--kubeconfig", lab.kubeconfig().toString(), "get", "nodes", "--no-headers");
            List<String> lines =
                    nodes.lines().map(line -> line.replaceAll(" +", " ")).toList();
            assertEquals(3, lines.size(), nodes);
            for (int i = 0; i < 3; i++) {
                assertTrue(lines.get(i).startsWith(Lab.NODES.get(i).name() + " Ready "), nodes);
            }
        }
        assertFalse(Command.run("ip", "netns", "list").contains(prefix()));
    }

    @ParameterizedTest
    @EnumSource
    void hostsReachTheServerFromTheirNamespaces(Api api) {
        requireKubectl();
        try (RunRecord record = RunRecord.open(temp.resolve("state"));
                Lab lab = new Lab(settings(api), record, prefix())) {
            String kubeconfig = record.directory().resolve("kubeconfig-inside").toString();
            String namespaces = Hosts.exec(
                    lab.hosts().namespace("purelb2-3"),
                    "kubectl",
                    "--kubeconfig",
                    kubeconfig,
                    "get",
                    "namespaces",
                    "-o",
                    "name");
            assertTrue(namespaces.lines().toList().contains("namespace/default"), namespaces);
        }
    }

    @Test
    void sampleServicesAreAcceptedAndAcceptedAgain() {
        try (RunRecord record = RunRecord.open(temp.resolve("state"));
                Lab lab = new Lab(settings(Api.EMBEDDED), record, prefix())) {
            List<Service> samples = lab.cluster().read(Path.of("..", "manifests", "samples", "lab.yaml")).stream()
                    .filter(Service.class::isInstance)
                    .map(Service.class::cast)
                    .toList();
            samples.forEach(lab.cluster()::apply);
            samples.forEach(lab.cluster()::apply);
            samples.forEach(sample ->
                    assertTrue(Cluster.addresses(lab.cluster().current(sample)).isEmpty()));
            assertEquals("local", samples.get(0).getMetadata().getName());
        }
    }

    @Test
    void lanSeesWhoHasAndWhoAnswersForAnAddress() {
        try (RunRecord record = RunRecord.open(temp.resolve("state"));
                Lab lab = new Lab(settings(Api.EMBEDDED), record, prefix())) {
            Hosts hosts = lab.hosts();
            Lan lan = lab.lan();
            assertEquals(Set.of(), lan.answering(SERVED, WINDOW));

            add(hosts, "purelb2-1");
            awaitAnswering(lan, "purelb2-1");
            assertEquals(Map.of(SERVED, List.of(new Place("purelb2-1", "eth0"))), only(lan.places()));

            add(hosts, "purelb2-3");
            awaitAnswering(lan, "purelb2-1", "purelb2-3");
            hosts.setLink("purelb2-1", false);
            assertEquals(Optional.of("purelb2-3"), lan.successor(SERVED, "purelb2-1", LIMIT));
            assertEquals(Optional.empty(), lan.successor(SERVED, "purelb2-3", WINDOW));
        }
    }

    private static void awaitAnswering(Lan lan, String... hosts) {
        Set<String> wanted = Set.of(hosts);
        Patience.until(
                () -> wanted + " to answer", () -> lan.answering(SERVED, WINDOW).equals(wanted));
    }

    @Test
    void programThatEndsIsNamedWithItsLastWords() {
        try (RunRecord record = RunRecord.open(temp.resolve("state"));
                Lab lab = new Lab(settings(Api.EMBEDDED), record, prefix())) {
            lab.programs().start("doomed", lab.hosts().fabric(), List.of("sh", "-c", "echo no luck; exit 3"));
            LabException end =
                    assertThrows(LabException.class, () -> lab.programs().await(() -> "luck", LIMIT, Optional::empty));
            assertTrue(end.getMessage().startsWith("doomed ended with code 3: no luck ("), end.getMessage());
        }
    }

    private static void requireKubectl() {
        boolean there = Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                .anyMatch(part -> Files.isExecutable(Path.of(part, "kubectl")));
        if (!there) {
            System.err.println("SKIPPED: there is no kubectl on the PATH");
        }
        assumeTrue(there, "needs kubectl");
    }

    private static Map<IpAddress, List<Place>> only(Map<IpAddress, List<Place>> places) {
        return Map.of(SERVED, places.getOrDefault(SERVED, List.of()));
    }

    private static void add(Hosts hosts, String host) {
        Hosts.exec(hosts.namespace(host), "ip", "address", "add", SERVED + "/24", "dev", "eth0");
    }

    private LabSettings settings(Api api) {
        String assets = System.getenv(RealApi.ASSETS);
        if (api == Api.REAL && assets == null) {
            System.err.println("SKIPPED: KUBEBUILDER_ASSETS names no directory with etcd and kube-apiserver");
        }
        assumeTrue(api != Api.REAL || assets != null, "needs KUBEBUILDER_ASSETS");
        return new LabSettings(
                api, Path.of(assets == null ? "" : assets), Path.of("..", "manifests"), temp.resolve("state"), false);
    }

    private static String prefix() {
        return "pl-lab-" + ProcessHandle.current().pid() + "-";
    }
}
