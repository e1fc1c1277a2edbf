package io.purelb.lab.api;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user types, with the installed kubectl. Skipped, with a message, where there is none. */
class KubectlIT {
    @TempDir
    static Path directory;

    private static ApiServer server;
    private static int namespaces;

    private String namespace = "";

    @BeforeAll
    static void start() throws IOException {
        assumeTrue(
                Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
                        .anyMatch(part -> Files.isExecutable(Path.of(part, "kubectl"))),
                "NOT RUN: there is no kubectl on the PATH");
        server = ApiServer.start(ApiServerSettings.listening(
                "token", ApiServerSettings.loopback().addresses().get(0)));
        server.kubeconfig(directory.resolve("kubeconfig"), server.uri().toString());
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    @BeforeEach
    void ownNamespace() {
        namespace = "t" + ++namespaces;
        new Http(server.uri()).post("/api/v1/namespaces", Trees.tree("{'metadata':{'name':'" + namespace + "'}}"));
    }

    @Test
    void discoveryListsTheResources() {
        assertTrue(kubectl("version").contains("Server Version: v1.32"));
        String resources = kubectl("api-resources", "--no-headers");
        assertTrue(resources.matches("(?s).*services +svc +v1 +true +Service\\n.*"), resources);
        assertTrue(resources.matches("(?s).*endpointslices +discovery.k8s.io/v1 +true +EndpointSlice\\n.*"), resources);
        assertTrue(kubectl("explain", "service.spec").contains("loadBalancerClass"));
    }

    @Test
    void servicesAreCreatedShownAndDeleted() throws IOException {
        assertEquals("service/web created\n", kubectl("create", "-f", web(80)));
        String[] columns = columns(kubectl("get", "svc", "web", "-o", "wide"));
        assertEquals("[NAME, TYPE, CLUSTER-IP, EXTERNAL-IP, PORT(S), AGE, SELECTOR]", Arrays.toString(columns));
        String row = kubectl("get", "svc", "web", "--no-headers");
        assertTrue(row.matches("web +LoadBalancer +10\\.96\\.\\S+ +<pending> +80:3\\d{4}/TCP +\\d+s\\n"), row);
        assertEquals("web", kubectl("get", "svc", "-o", "jsonpath={.items[*].metadata.name}"));
        assertEquals("LoadBalancer", kubectl("get", "svc", "web", "-o", "jsonpath={.spec.type}"));
        assertTrue(kubectl("get", "svc", "web", "-o", "yaml").contains("kind: Service"));
        assertTrue(kubectl("get", "all", "-A").contains("service/web"));
        assertEquals("service \"web\" deleted\n", kubectl("delete", "svc", "web"));
        assertEquals("", kubectl("get", "svc", "--no-headers", "--ignore-not-found"));
    }

    @Test
    void refusalsReadAsTheRealServers() throws IOException {
        assertEquals("Error from server (NotFound): services \"nope\" not found\n", kubectl("get", "svc", "nope"));
        String portless = manifest("{'apiVersion':'v1','kind':'Service','metadata':{'name':'x'}}");
        assertEquals("The Service \"x\" is invalid: spec.ports: Required value\n", kubectl("create", "-f", portless));
        kubectl("create", "-f", web(80));
        String exists = kubectl("create", "-f", web(80));
        assertTrue(exists.endsWith("services \"web\" already exists\n"), exists);
        String typo = manifest("{'apiVersion':'v1','kind':'Service','metadata':{'name':'x'},'spec':{'prots':[]}}");
        String strict = kubectl("create", "-f", typo);
        assertTrue(strict.contains("strict decoding error: unknown field \"spec.prots\""), strict);
    }

    @Test
    void serverSideApplyNamesWhoElseOwnsAField() throws IOException {
        assertEquals("service/web serverside-applied\n", kubectl("apply", "--server-side", "-f", web(80)));
        assertEquals("service/web serverside-applied\n", kubectl("apply", "--server-side", "-f", web(80)));
        kubectl("patch", "svc", "web", "-p", "{\"spec\":{\"type\":\"NodePort\"}}");
        String typed = manifest("{'apiVersion':'v1','kind':'Service','metadata':{'name':'web'},"
                + "'spec':{'type':'ClusterIP','ports':[{'port':80}]}}");
        String conflict = kubectl("apply", "--server-side", "-f", typed);
        assertTrue(
                conflict.contains("Apply failed with 1 conflict: conflict with \"kubectl-patch\" using v1: .spec.type"),
                conflict);
        assertEquals(
                "service/web serverside-applied\n",
                kubectl("apply", "--server-side", "--force-conflicts", "-f", typed));
        assertEquals("ClusterIP", kubectl("get", "svc", "web", "-o", "jsonpath={.spec.type}"));
    }

    @Test
    void applyMergesPortsByNumber() throws IOException {
        assertEquals("service/web created\n", kubectl("apply", "-f", web(80)));
        assertEquals("service/web unchanged\n", kubectl("apply", "-f", web(80)));
        assertEquals("service/web configured\n", kubectl("apply", "-f", web(81)));
        assertEquals("81", kubectl("get", "svc", "web", "-o", "jsonpath={.spec.ports[*].port}"));
        assertEquals("service/web replaced\n", kubectl("replace", "-f", web(82)));
        assertEquals("82", kubectl("get", "svc", "web", "-o", "jsonpath={.spec.ports[*].port}"));
    }

    @Test
    void labelsAnnotationsAndPatches() throws IOException {
        kubectl("create", "-f", web(80));
        assertEquals("service/web labeled\n", kubectl("label", "svc", "web", "tier=front"));
        assertEquals("service/web annotated\n", kubectl("annotate", "svc", "web", "purelb.io/service-group=x"));
        assertEquals("service/web\n", kubectl("get", "svc", "-l", "tier in (front),!absent", "-o", "name"));
        assertEquals("service/web unlabeled\n", kubectl("label", "svc", "web", "tier-"));
        assertEquals("", kubectl("get", "svc", "-l", "tier", "-o", "name"));
        String ingress = "{\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"1.2.3.4\"}]}}}";
        kubectl("patch", "svc", "web", "--subresource=status", "--type=merge", "-p", ingress);
        assertEquals("1.2.3.4", columns(kubectl("get", "svc", "web", "--no-headers"))[3]);
        kubectl("patch", "svc", "web", "-p", "{\"spec\":{\"ports\":[{\"port\":80,\"name\":\"renamed\"}]}}");
        kubectl(
                "patch",
                "svc",
                "web",
                "--type=json",
                "-p",
                "[{\"op\":\"add\",\"path\":\"/spec/externalIPs\",\"value\":[\"9.9.9.9\"]}]");
        assertEquals(
                "renamed 9.9.9.9",
                kubectl("get", "svc", "web", "-o", "jsonpath={.spec.ports[*].name} {.spec.externalIPs[0]}"));
        assertEquals(
                "service/web\n", kubectl("get", "svc", "--field-selector", "spec.type=LoadBalancer", "-o", "name"));
        kubectl("patch", "svc", "web", "-p", "{\"spec\":{\"type\":\"ClusterIP\"}}");
        assertEquals("{\"loadBalancer\":{}}", kubectl("get", "svc", "web", "-o", "jsonpath={.status}"));
    }

    @Test
    void createTakesKindAndFlags() {
        String other = "other-" + namespace;
        assertEquals("namespace/" + other + " created\n", kubectl("create", "namespace", other));
        assertEquals("service/lb created\n", kubectl("create", "service", "loadbalancer", "lb", "--tcp=80:8080"));
        assertEquals(
                "LoadBalancer 80 8080 lb",
                kubectl(
                        "get",
                        "svc",
                        "lb",
                        "-o",
                        "jsonpath={.spec.type} {.spec.ports[0].port} {.spec.ports[0].targetPort} {.spec.selector.app}"));
        assertEquals("secret/s created\n", kubectl("create", "secret", "generic", "s", "--from-literal=k=v"));
        assertEquals("dg==", kubectl("get", "secret", "s", "-o", "jsonpath={.data.k}"));
        assertEquals("configmap/c created\n", kubectl("create", "configmap", "c", "--from-literal=k=v"));
        assertEquals("service/copy exposed\n", kubectl("expose", "svc", "lb", "--name=copy", "--port=81"));
        String deployment = kubectl("create", "deployment", "d", "--image=x");
        assertTrue(deployment.contains("does not read Deployment as protobuf"), deployment);
    }

    @Test
    void describeShowsEvents() throws IOException {
        kubectl("create", "-f", web(80));
        String uid = kubectl("get", "svc", "web", "-o", "jsonpath={.metadata.uid}");
        kubectl(
                "create",
                "-f",
                manifest("{'apiVersion':'v1','kind':'Event','metadata':{'name':'e1'},'type':'Normal',"
                        + "'reason':'IPAllocated','message':'Assigned IP 1.2.3.4','source':{'component':'purelb-allocator'},"
                        + "'firstTimestamp':'2026-01-01T00:00:00Z','lastTimestamp':'2026-01-01T00:00:00Z','count':3,"
                        + "'involvedObject':{'apiVersion':'v1','kind':'Service','name':'web','uid':'" + uid
                        + "','namespace':'"
                        + namespace + "'}}"));
        String described = kubectl("describe", "svc", "web");
        assertTrue(described.contains("IPAllocated"), described);
        String events = kubectl("events", "--for", "svc/web", "--no-headers");
        assertTrue(events.contains("Normal   IPAllocated   Service/web   Assigned IP 1.2.3.4"), events);
        String table = kubectl("get", "events", "--sort-by=.lastTimestamp", "--no-headers");
        assertTrue(table.matches("\\S+ +Normal +IPAllocated +service/web +Assigned IP 1.2.3.4\\n"), table);
    }

    @Test
    void customResourcesFollowTheirDefinition() throws IOException {
        String plural = "gizmos" + namespace;
        assertTrue(kubectl("apply", "-f", manifest(definition(plural))).endsWith(" created\n"));
        String condition = kubectl("wait", "--for=condition=Established", "crd/" + plural + ".ex.io", "--timeout=5s");
        assertTrue(condition.endsWith("condition met\n"), condition);
        assertTrue(kubectl("apply", "-f", manifest(gizmo(3))).endsWith("/g created\n"));
        assertTrue(kubectl("apply", "-f", manifest(gizmo(4))).endsWith("/g configured\n"));
        String table = kubectl("get", plural);
        assertEquals("[NAME, SIZE, READY, AGE]", Arrays.toString(columns(table)));
        assertTrue(table.matches("(?s).*\\ng +4 +\\d+s\\n"), table);
        String refusal = kubectl("apply", "-f", manifest(gizmo(0)));
        assertEquals(
                "The Gizmo \"g\" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or"
                        + " equal to 1\n",
                refusal);
        String ready = "{\"status\":{\"conditions\":[{\"type\":\"Ready\",\"status\":\"True\"}]}}";
        kubectl("patch", plural, "g", "--subresource=status", "--type=merge", "-p", ready);
        assertTrue(kubectl("wait", "--for=condition=Ready", plural + "/g", "--timeout=5s")
                .endsWith("met\n"));
        assertTrue(kubectl("describe", plural, "g").contains("Size:  4"));
        assertTrue(kubectl("explain", plural + ".spec").contains("how big"));
        kubectl("delete", "crd", plural + ".ex.io");
        String gone = kubectl("get", plural);
        assertTrue(gone.contains("the server could not find the requested resource"), gone);
    }

    @Test
    void watchesFollowChanges() throws Exception {
        Process process = process("get", "svc", "-w", "--no-headers", "-o", "name");
        try (BufferedReader lines = reader(process)) {
            kubectl("create", "-f", web(80));
            assertEquals("service/web", lines.readLine());
            kubectl("label", "svc", "web", "a=b");
            assertEquals("service/web", lines.readLine());
        } finally {
            process.destroy();
        }
        Process wait = process("wait", "--for=jsonpath={.metadata.labels.a}=c", "svc/web", "--timeout=10s");
        kubectl("label", "svc", "web", "--overwrite", "a=c");
        assertTrue(wait.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
        assertEquals(0, wait.exitValue());
    }

    @Test
    void editSendsAPatch() throws IOException {
        kubectl("create", "-f", web(80));
        Path editor = directory.resolve("editor.sh");
        Files.writeString(editor, "#!/bin/sh\nsed -i 's/sessionAffinity: None/sessionAffinity: ClientIP/' \"$1\"\n");
        assertTrue(editor.toFile().setExecutable(true));
        assertEquals("service/web edited\n", kubectl("edit", "svc", "web"));
        assertEquals("ClientIP", kubectl("get", "svc", "web", "-o", "jsonpath={.spec.sessionAffinity}"));
    }

    @Test
    void nodesNamespacesAndSlicesHaveTheirColumns() throws IOException {
        kubectl(
                "create",
                "-f",
                manifest("{'apiVersion':'v1','kind':'Node','metadata':{'name':'" + namespace + "'},"
                        + "'status':{'conditions':[{'type':'Ready','status':'True'}],"
                        + "'addresses':[{'type':'InternalIP','address':'172.30.250.101'}]}}"));
        assertTrue(kubectl("get", "node", namespace, "-o", "wide", "--no-headers")
                .matches(namespace + " +Ready +<none> +\\d+s +172\\.30\\.250\\.101 .*\\n"));
        assertEquals("node/" + namespace + " cordoned\n", kubectl("cordon", namespace));
        assertEquals("Ready,SchedulingDisabled", columns(kubectl("get", "node", namespace, "--no-headers"))[1]);
        assertTrue(kubectl("describe", "node", namespace).contains("InternalIP:  172.30.250.101"));
        assertEquals("Active", columns(kubectl("get", "ns", namespace, "--no-headers"))[1]);
        kubectl(
                "create",
                "-f",
                manifest("{'apiVersion':'discovery.k8s.io/v1','kind':'EndpointSlice',"
                        + "'metadata':{'name':'s','labels':{'kubernetes.io/service-name':'web'}},'addressType':'IPv4',"
                        + "'endpoints':[{'addresses':['10.0.0.1']}],'ports':[{'port':80}]}"));
        String slice = kubectl("get", "endpointslices", "--no-headers");
        assertTrue(slice.matches("s +IPv4 +80 +10\\.0\\.0\\.1 +\\d+s\\n"), slice);
        assertTrue(kubectl("delete", "ns", namespace).endsWith("namespace \"" + namespace + "\" deleted\n"));
        assertTrue(kubectl("get", "ns", namespace).contains("NotFound"));
    }

    private static String[] columns(String table) {
        return table.lines().findFirst().orElse("").strip().split("\\s+", -1);
    }

    private String web(int port) throws IOException {
        return manifest("{'apiVersion':'v1','kind':'Service','metadata':{'name':'web'},'spec':{'type':'LoadBalancer',"
                + "'selector':{'app':'web'},'ports':[{'name':'http','port':" + port + "}]}}");
    }

    private String gizmo(int size) {
        return "{'apiVersion':'ex.io/v1','kind':'Gizmo','metadata':{'name':'g'},'spec':{'size':" + size + "}}";
    }

    private static String definition(String plural) {
        return """
                {'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',
                 'metadata':{'name':'PLURAL.ex.io'},'spec':{'group':'ex.io','scope':'Namespaced',
                 'names':{'plural':'PLURAL','kind':'Gizmo'},'versions':[{'name':'v1','served':true,'storage':true,
                  'subresources':{'status':{}},
                  'additionalPrinterColumns':[
                    {'name':'Size','type':'integer','jsonPath':'.spec.size'},
                    {'name':'Ready','type':'string','jsonPath':'.status.conditions[?(@.type==\\"Ready\\")].status'},
                    {'name':'Age','type':'date','jsonPath':'.metadata.creationTimestamp'}],
                  'schema':{'openAPIV3Schema':{'type':'object','properties':{
                    'spec':{'type':'object','properties':{'size':{'type':'integer','minimum':1,'description':'how big'}}},
                    'status':{'type':'object','x-kubernetes-preserve-unknown-fields':true}}}}}]}}
                """.replace("PLURAL", plural);
    }

    /** A file with that manifest. */
    private static String manifest(String text) throws IOException {
        Path file = Files.createTempFile(directory, "manifest", ".json");
        return Files.writeString(file, text.replace('\'', '"')).toString();
    }

    /** What kubectl prints, on either stream. */
    private String kubectl(String... arguments) {
        try {
            Process process = process(arguments);
            byte[] output = process.getInputStream().readAllBytes();
            assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS));
            return new String(output, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private static BufferedReader reader(Process process) {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    private Process process(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("kubectl", "-n", namespace));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("KUBECONFIG", directory.resolve("kubeconfig").toString());
        builder.environment().put("HOME", directory.toString());
        builder.environment().put("KUBE_EDITOR", directory.resolve("editor.sh").toString());
        return builder.start();
    }
}
