package io.purelb.lab.api;

import static io.purelb.lab.api.Trees.service;
import static io.purelb.lab.api.Trees.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ApiServerTest {
    private static final String SERVICES = "/api/v1/namespaces/default/services";
    private static final String PORTS = "{'ports':[{'port':80}]}";

    private ApiServer server;
    private Http http;

    @BeforeEach
    void start() throws IOException {
        InetSocketAddress anyPort = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
        server = ApiServer.start(new ApiServerSettings(List.of(anyPort), "secret", 20, 30));
        http = new Http(server.uri());
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void withoutTheTokenNothingIsServed() {
        Http outsider = new Http(server.uri().resolve("/"));
        assertEquals(401, outsider.get("api/v1/namespaces").code());
        assertEquals(200, outsider.get("version").code());
        assertEquals("Unauthorized", outsider.get("secre/api").text("/reason"));
        assertEquals(200, http.get("/readyz").code());
    }

    @Test
    void kubeconfigIsForItsOwnerOnly(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("config");
        Files.writeString(file, "older");
        server.kubeconfig(file, server.uri().toString());
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        assertEquals(
                server.uri().toString(),
                Json.read(Files.readString(file))
                        .at("/clusters/0/cluster/server")
                        .asText());
    }

    @Test
    void severalAddressesShowOneStore() throws IOException {
        InetAddress other = InetAddress.getByAddress(new byte[] {127, 0, 0, 2});
        try (ApiServer two = ApiServer.start(ApiServerSettings.listening(
                "",
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                new InetSocketAddress(other, server.uri().getPort())))) {
            new Http(two.uri()).post(SERVICES, service("web", PORTS));
            Http second = new Http(URI.create("http://127.0.0.2:" + server.uri().getPort()));
            assertEquals(200, second.get(SERVICES + "/web").code());
        }
    }

    @Test
    void createdObjectsCarryTheServersFields() {
        Http.Answer created = http.post(SERVICES, service("web", PORTS));
        assertEquals(201, created.code());
        assertEquals(36, created.text("/metadata/uid").length());
        assertTrue(created.text("/metadata/creationTimestamp").endsWith("Z"));
        assertEquals("default", created.text("/metadata/namespace"));
        assertEquals(created.body(), http.get(SERVICES + "/web").body());
    }

    @Test
    void refusalsAreStatusObjects() {
        http.post(SERVICES, service("web", PORTS));
        Http.Answer exists = http.post(SERVICES, service("web", PORTS));
        assertEquals(409, exists.code());
        assertEquals("AlreadyExists", exists.text("/reason"));
        assertEquals("services \"web\" already exists", exists.text("/message"));
        Http.Answer absent = http.get(SERVICES + "/nope");
        assertEquals("services \"nope\" not found", absent.text("/message"));
        assertEquals("services", absent.text("/details/kind"));
        Http.Answer invalid = http.post(SERVICES, service("x", "{}"));
        assertEquals(422, invalid.code());
        assertEquals("Service \"x\" is invalid: spec.ports: Required value", invalid.text("/message"));
        assertEquals("spec.ports", invalid.text("/details/causes/0/field"));
        assertEquals(
                "namespaces \"no\" not found",
                http.post("/api/v1/namespaces/no/services", service("x", PORTS)).text("/message"));
    }

    @Test
    void whatIsNotImitatedSaysSo() {
        http.post(SERVICES, service("web", PORTS));
        ObjectNode pod = tree("{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p'}}");
        String pods = "/api/v1/namespaces/default/pods/p?fieldManager=me";
        assertEquals(501, http.patch(pods, "application/apply-patch+yaml", pod).code());
        String job = "k8s\0\n\t\n\002v1\022\003Job";
        assertEquals(
                415,
                http.send("POST", SERVICES, job, "Content-Type", Protobuf.CONTENT_TYPE)
                        .code());
        assertEquals(501, http.get(SERVICES + "/web/proxy").code());
        assertEquals(404, http.get("/apis/apps/v1/deployments").code());
        assertEquals(405, http.post(SERVICES + "/web", service("web", PORTS)).code());
        assertEquals(
                406,
                http.get(SERVICES, "Accept", "application/vnd.kubernetes.protobuf")
                        .code());
        assertEquals(
                400,
                http.send("POST", SERVICES, "{", "Content-Type", "application/json")
                        .code());
    }

    @Test
    void aStaleVersionIsAConflict() {
        ObjectNode first =
                (ObjectNode) http.post(SERVICES, service("web", PORTS)).body();
        assertEquals(
                200,
                http.patch(SERVICES + "/web", Http.MERGE, tree("{'metadata':{'labels':{'a':'b'}}}"))
                        .code());
        Http.Answer stale = http.put(SERVICES + "/web", first);
        assertEquals(409, stale.code());
        assertEquals("Conflict", stale.text("/reason"));
        Json.child(first, "metadata").remove("resourceVersion");
        assertEquals(200, http.put(SERVICES + "/web", first).code());
    }

    @Test
    void statusIsWrittenThroughItsSubresourceOnly() {
        http.post(SERVICES, service("web", "{'type':'LoadBalancer','ports':[{'port':80}]}"));
        JsonNode both = tree(
                "{'spec':{'sessionAffinity':'ClientIP'},'status':{'loadBalancer':{'ingress':[{'ip':'1.2.3.4'}]}}}");
        Http.Answer main = http.patch(SERVICES + "/web", Http.MERGE, both);
        assertEquals(tree("{'loadBalancer':{}}"), main.body().path("status"));
        assertEquals("ClientIP", main.text("/spec/sessionAffinity"));
        http.patch(SERVICES + "/web", Http.MERGE, tree("{'spec':{'sessionAffinity':'None'}}"));
        Http.Answer status = http.patch(SERVICES + "/web/status", Http.MERGE, both);
        assertEquals("1.2.3.4", status.text("/status/loadBalancer/ingress/0/ip"));
        assertEquals("None", status.text("/spec/sessionAffinity"));
    }

    @Test
    void aWriteThatChangesNothingMakesNoVersion() {
        String version = http.post(SERVICES, service("web", PORTS)).text("/metadata/resourceVersion");
        Http.Answer same = http.patch(SERVICES + "/web", Http.MERGE, tree("{'spec':{'type':'ClusterIP'}}"));
        assertEquals(version, same.text("/metadata/resourceVersion"));
    }

    @Test
    void dryRunLeavesNothing() {
        assertEquals(
                201, http.post(SERVICES + "?dryRun=All", service("web", PORTS)).code());
        assertEquals(404, http.get(SERVICES + "/web").code());
    }

    @Test
    void generatedNamesEndInFiveCharacters() {
        ObjectNode object = tree("{'metadata':{'generateName':'e-'},'involvedObject':{'namespace':'default'}}");
        String name = http.post("/api/v1/namespaces/default/events", object).text("/metadata/name");
        assertTrue(name.matches("e-[a-z0-9]{5}"), name);
    }

    @Test
    void chunksOfAListShowOneState() {
        for (int i = 1; i <= 5; i++) {
            http.post(SERVICES, service("s" + i, PORTS));
        }
        Http.Answer first = http.get(SERVICES + "?limit=3");
        assertEquals("3", first.text("/metadata/remainingItemCount"));
        http.delete(SERVICES + "/s3");
        String next = first.text("/metadata/continue");
        Http.Answer second = http.get(SERVICES + "?limit=10&continue=" + next);
        assertEquals(List.of("s3", "s4", "s5"), names(second.body()));
        assertEquals(first.text("/metadata/resourceVersion"), second.text("/metadata/resourceVersion"));
        assertEquals("", second.text("/metadata/continue"));
        assertEquals("BadRequest", http.get(SERVICES + "?continue=unknown").text("/reason"));
    }

    @Test
    void finalizersHoldADeletedObject() {
        ObjectNode held = service("web", PORTS);
        Json.put(Meta.of(held), "finalizers", List.of("a.b/c"));
        http.post(SERVICES, held);
        assertEquals("Service", http.delete(SERVICES + "/web").text("/kind"));
        assertNotEquals("", http.get(SERVICES + "/web").text("/metadata/deletionTimestamp"));
        assertEquals(
                422,
                http.patch(SERVICES + "/web", Http.MERGE, tree("{'metadata':{'finalizers':['a.b/c','n.e/w']}}"))
                        .code());
        http.patch(SERVICES + "/web", Http.MERGE, tree("{'metadata':{'finalizers':null}}"));
        assertEquals(404, http.get(SERVICES + "/web").code());
    }

    @Test
    void aNamespaceGoesWithItsContents() {
        http.post("/api/v1/namespaces", tree("{'metadata':{'name':'ns'}}"));
        ObjectNode held = service("held", PORTS);
        Json.put(Meta.of(held), "finalizers", List.of("a.b/c"));
        http.post("/api/v1/namespaces/ns/services", held);
        http.post("/api/v1/namespaces/ns/services", service("free", PORTS));
        http.delete("/api/v1/namespaces/ns");
        assertEquals("Terminating", http.get("/api/v1/namespaces/ns").text("/status/phase"));
        assertEquals(
                403,
                http.post("/api/v1/namespaces/ns/services", service("late", PORTS))
                        .code());
        assertEquals(
                List.of("held"),
                names(http.get("/api/v1/namespaces/ns/services").body()));
        http.patch("/api/v1/namespaces/ns/services/held", Http.MERGE, tree("{'metadata':{'finalizers':null}}"));
        assertEquals(404, http.get("/api/v1/namespaces/ns").code());
        assertEquals(403, http.delete("/api/v1/namespaces/default").code());
    }

    @Test
    void deleteCollectionTakesWhatIsSelected() {
        http.post(SERVICES, service("a", PORTS));
        http.post(SERVICES, service("b", PORTS));
        http.delete(SERVICES + "?fieldSelector=metadata.name=a");
        assertEquals(List.of("b", "kubernetes"), names(http.get(SERVICES).body()));
    }

    @Test
    void deletePreconditionsAreChecked() {
        http.post(SERVICES, service("a", PORTS));
        String options = "{\"preconditions\":{\"uid\":\"other\"}}";
        assertEquals(
                409,
                http.send("DELETE", SERVICES + "/a", options, "Content-Type", "application/json")
                        .code());
    }

    @Test
    void aWatchReportsWhatEntersChangesAndLeavesItsSelection() throws IOException {
        String version = http.get(SERVICES).text("/metadata/resourceVersion");
        String query = "?watch=1&labelSelector=a%3Db&allowWatchBookmarks=true&resourceVersion=" + version;
        try (Http.Watch watch = http.watch(SERVICES + query)) {
            assertEquals("BOOKMARK ", watch.next());
            http.post(SERVICES, service("web", PORTS));
            http.patch(SERVICES + "/web", Http.MERGE, tree("{'metadata':{'labels':{'a':'b'}}}"));
            assertEquals("ADDED web", watch.next());
            http.patch(SERVICES + "/web", Http.MERGE, tree("{'spec':{'sessionAffinity':'ClientIP'}}"));
            assertEquals("MODIFIED web", watch.next());
            http.patch(SERVICES + "/web", Http.MERGE, tree("{'metadata':{'labels':{'a':'c'}}}"));
            assertEquals("DELETED web", watch.next());
        }
    }

    @Test
    void aWatchWithoutVersionBeginsWithWhatIsThere() throws IOException {
        try (Http.Watch watch = http.watch(SERVICES + "?watch=true&timeoutSeconds=1")) {
            assertEquals("ADDED kubernetes", watch.next());
            assertEquals("end", watch.next());
        }
    }

    @Test
    void aWatchResumesFromItsVersion() throws IOException {
        String version = http.post(SERVICES, service("a", PORTS)).text("/metadata/resourceVersion");
        http.post(SERVICES, service("b", PORTS));
        http.delete(SERVICES + "/a");
        try (Http.Watch watch = http.watch(SERVICES + "?watch=1&resourceVersion=" + version)) {
            assertEquals("ADDED b", watch.next());
            JsonNode deleted = watch.event();
            assertEquals("DELETED", Json.text(deleted, "type"));
            assertTrue(Long.parseLong(Meta.version(deleted.path("object"))) > Long.parseLong(version));
        }
    }

    @Test
    void forgottenAndFutureVersionsAreGone() throws IOException {
        String version = http.get(SERVICES).text("/metadata/resourceVersion");
        for (int i = 0; i < 25; i++) {
            http.post(SERVICES, service("s" + i, PORTS));
        }
        for (String asked : List.of(version, "1", "99999999999999")) {
            try (Http.Watch watch = http.watch(SERVICES + "?watch=1&resourceVersion=" + asked)) {
                JsonNode event = watch.event();
                assertEquals("ERROR", Json.text(event, "type"));
                assertEquals(410, event.at("/object/code").asInt());
                assertEquals("end", watch.next());
            }
        }
        assertEquals(504, http.get(SERVICES + "?resourceVersion=99999999999999").code());
    }

    @Test
    void closingEndsWatches() throws IOException {
        try (Http.Watch watch = http.watch("/api/v1/pods?watch=1&allowWatchBookmarks=true")) {
            assertEquals("BOOKMARK ", watch.next());
            server.close();
            assertEquals("end", watch.next());
        }
    }

    @Test
    void theOldestEventsAreForgotten() {
        for (int i = 0; i < 40; i++) {
            ObjectNode event = tree("{'metadata':{'generateName':'e-'},'involvedObject':{'namespace':'default'}}");
            event.put("message", "no " + i);
            assertEquals(
                    201, http.post("/api/v1/namespaces/default/events", event).code());
        }
        JsonNode items = http.get("/api/v1/events").body().path("items");
        assertTrue(items.size() <= 30, "kept " + items.size());
        List<String> messages = new ArrayList<>();
        items.forEach(item -> messages.add(Json.text(item, "message")));
        assertTrue(messages.contains("no 39"));
    }

    @Test
    void eventsAreOneCollectionInTwoGroups() {
        ObjectNode event = tree(
                "{'metadata':{'name':'e'},'regarding':{'kind':'Service','name':'web','namespace':'default'},'note':'hello'}");
        http.post("/apis/events.k8s.io/v1/namespaces/default/events", event);
        JsonNode core =
                http.get("/api/v1/events?fieldSelector=involvedObject.name=web").body();
        assertEquals("hello", core.at("/items/0/message").asText());
        assertEquals("v1", Json.text(core, "apiVersion"));
        assertEquals(
                "hello",
                http.get("/apis/events.k8s.io/v1/namespaces/default/events/e").text("/note"));
    }

    @Test
    void unknownFieldsAreRefusedOrReportedAsAsked() {
        ObjectNode odd = service("odd", "{'ports':[{'port':80}],'prots':1}");
        Http.Answer strict = http.post(SERVICES + "?fieldValidation=Strict", odd);
        assertEquals(400, strict.code());
        assertTrue(strict.text("/message").endsWith("strict decoding error: unknown field \"spec.prots\""));
        Http.Answer warned = http.post(SERVICES, odd);
        assertEquals(201, warned.code());
        assertEquals(List.of("299 - \"unknown field \\\"spec.prots\\\"\""), warned.warnings());
        assertTrue(warned.body().at("/spec/prots").isMissingNode());
    }

    @Test
    void aDefinitionServesItsResourcesAtOnce() {
        ObjectNode definition = definition();
        assertEquals(
                201,
                http.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition)
                        .code());
        String gizmos = "/apis/ex.io/v1/namespaces/default/gizmos";
        Http.Answer created = http.post(gizmos, gizmo("{'size':2,'odd':1}"));
        assertEquals(tree("{'size':2,'colour':'red'}"), created.body().path("spec"));
        assertEquals("1", created.text("/metadata/generation"));
        Http.Answer invalid = http.post(gizmos, gizmo("{'size':0}"));
        assertEquals(
                "Gizmo.ex.io \"g\" is invalid: spec.size: Invalid value: 0: spec.size in body should be greater than or equal to 1",
                invalid.text("/message"));
        Http.Answer status =
                http.patch(gizmos + "/g/status", Http.MERGE, tree("{'spec':{'size':9},'status':{'seen':1}}"));
        assertEquals("1", status.text("/metadata/generation"));
        assertEquals("2", status.text("/spec/size"));
        Http.Answer changed = http.patch(gizmos + "/g", Http.MERGE, tree("{'spec':{'size':9},'status':{'seen':2}}"));
        assertEquals("2", changed.text("/metadata/generation"));
        assertEquals("1", changed.text("/status/seen"));
        http.delete("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/gizmos.ex.io");
        assertEquals(404, http.get(gizmos).code());
    }

    @Test
    void tablesShowThePrinterColumns() {
        http.post("/apis/apiextensions.k8s.io/v1/customresourcedefinitions", definition());
        http.post("/apis/ex.io/v1/namespaces/default/gizmos", gizmo("{'size':2}"));
        Http.Answer table = http.get("/apis/ex.io/v1/gizmos", "Accept", "application/json;as=Table;g=meta.k8s.io;v=v1");
        assertEquals("Table", table.text("/kind"));
        assertEquals("Size", table.text("/columnDefinitions/1/name"));
        assertEquals("[\"g\",2]", table.body().at("/rows/0/cells").toString());
        assertEquals("PartialObjectMetadata", table.text("/rows/0/object/kind"));
    }

    @Test
    void aWebsocketIsAnsweredSoThatClientsFallBack() throws IOException {
        String request = """
                GET /secret/api/v1/pods?watch=1 HTTP/1.1
                Host: x
                Connection: Upgrade
                Upgrade: websocket

                """;
        try (Socket socket = new Socket(server.uri().getHost(), server.uri().getPort())) {
            socket.getOutputStream().write(request.replace("\n", "\r\n").getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readNBytes(15);
            assertEquals("HTTP/1.1 200 OK", new String(answer, StandardCharsets.US_ASCII));
        }
    }

    private static ObjectNode gizmo(String spec) {
        return tree("{'apiVersion':'ex.io/v1','kind':'Gizmo','metadata':{'name':'g'},'spec':" + spec + "}");
    }

    private static ObjectNode definition() {
        return tree("""
                {'metadata':{'name':'gizmos.ex.io'},'spec':{'group':'ex.io','scope':'Namespaced',
                 'names':{'plural':'gizmos','kind':'Gizmo'},'versions':[{'name':'v1','served':true,'storage':true,
                  'subresources':{'status':{}},
                  'additionalPrinterColumns':[{'name':'Size','type':'integer','jsonPath':'.spec.size'}],
                  'schema':{'openAPIV3Schema':{'type':'object','properties':{
                    'spec':{'type':'object','properties':{'size':{'type':'integer','minimum':1},
                                                          'colour':{'type':'string','default':'red'}}},
                    'status':{'type':'object','properties':{'seen':{'type':'integer'}}}}}}}]}}
                """);
    }

    private static List<String> names(JsonNode list) {
        List<String> names = new ArrayList<>();
        list.path("items").forEach(item -> names.add(Meta.name(item)));
        return names;
    }
}
