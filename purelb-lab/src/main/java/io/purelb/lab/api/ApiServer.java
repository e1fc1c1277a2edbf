package io.purelb.lab.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * A Kubernetes API server in this process, over plain HTTP and in memory, for tries, demonstrations and tests. kubectl
 * and client libraries find discovery, the kinds a load balancer deals with, custom resources with their schema,
 * watches, patches, selectors, tables and the real server's refusals.
 *
 * <p>It is held to a real kube-apiserver (1.33) by one suite of requests, {@code ApiContractIT}. It is not a cluster.
 * Refused with a Status that says so: server-side apply of pods, protobuf bodies but those of kubectl's {@code create}
 * commands, answers in YAML, protobuf or as metadata only, subresources other than status, conversion webhooks, rules
 * ({@code x-kubernetes-validations}) that use what {@link Cel} does not know. Absent: all other kinds, authorization
 * beyond the secret path, admission, controllers (namespaces and definitions do take their contents along; owner
 * references, deletion propagation and pods' grace periods have no effect), managed fields of pods. Not checked: the cost
 * of rules and their types, formats of custom resources (a definition that has them is answered with a warning), the
 * contents of pods, and of built-in kinds everything but the types of their fields and what {@link ServiceRules} and
 * {@link KindRules} name.
 */
public final class ApiServer implements AutoCloseable {
    static {
        // Read once when the JDK's server class is loaded. Without the first, delayed acknowledgements cost 40 ms a
        // request; with the default of the second, a client's idle connection may close under its next request.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.idleInterval", "3600");
        System.setProperty("sun.net.httpserver.maxIdleConnections", "10000");
    }

    private final ApiServerSettings settings;
    private final Store store;
    private final ExecutorService threads;
    private final List<HttpServer> servers = new ArrayList<>();

    private ApiServer(ApiServerSettings settings) {
        this.settings = settings;
        this.store = new Store(settings.history());
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "api-server");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Starts serving. The sockets are bound on the calling thread, hence in its network namespace.
     *
     * @throws IOException when an address cannot be bound
     */
    public static ApiServer start(ApiServerSettings settings) throws IOException {
        ApiServer server = new ApiServer(settings);
        try {
            server.listen(server.handler());
            return server;
        } catch (IOException e) {
            server.close();
            throw e;
        }
    }

    private RequestHandler handler() {
        ResourceTypes types = new ResourceTypes();
        BuiltIn.types(new ServiceRules(), new DefinitionRules(types, store)).forEach(types::add);
        Deletes deletes = new Deletes(store, types);
        Writes writes = new Writes(store, new Commits(store, types, deletes, settings.maxEvents()));
        new InitialObjects(types, writes).create();
        return new RequestHandler(settings, types, store, deletes, writes);
    }

    private void listen(RequestHandler handler) throws IOException {
        for (InetSocketAddress address : settings.addresses()) {
            HttpServer server = HttpServer.create(address, 1024);
            servers.add(server);
            server.createContext("/", handler);
            server.setExecutor(threads);
        }
        servers.forEach(HttpServer::start);
    }

    /** The base URL at the first address, with the token if there is one and without a slash at the end. */
    public URI uri() {
        InetSocketAddress address = servers.get(0).getAddress();
        String host = address.getAddress().getHostAddress();
        String authority = (host.contains(":") ? "[" + host + "]" : host) + ":" + address.getPort();
        return URI.create("http://" + authority + (settings.token().isEmpty() ? "" : "/" + settings.token()));
    }

    /**
     * Writes a kubeconfig for that URL, readable by its owner only because the URL holds the token.
     *
     * @throws IOException when the file cannot be written
     */
    public void kubeconfig(Path file, String serverUrl) throws IOException {
        ObjectNode config = Json.constant("""
                {"apiVersion": "v1", "kind": "Config", "current-context": "lab",
                 "clusters": [{"name": "lab", "cluster": {}}],
                 "users": [{"name": "lab", "user": {}}],
                 "contexts": [{"name": "lab", "context": {"cluster": "lab", "user": "lab", "namespace": "default"}}]}
                """);
        ((ObjectNode) config.at("/clusters/0/cluster")).put("server", serverUrl);
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, Json.bytes(config));
    }

    /** Ends all watches and requests and frees the addresses. */
    @Override
    public void close() {
        store.close();
        servers.forEach(server -> server.stop(0));
        threads.shutdownNow();
    }
}
