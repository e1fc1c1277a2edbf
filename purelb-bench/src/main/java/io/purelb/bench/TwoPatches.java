package io.purelb.bench;

import io.fabric8.kubernetes.client.Config;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The limit: a client that thinks of nothing and only sends the two patches of each new Service over 4 connections. No
 * allocator that brands a Service before it shows an address can be faster than this on the same machine.
 */
final class TwoPatches implements AutoCloseable {
    private static final int CONNECTIONS = 4;
    private static final String MERGE = "application/merge-patch+json";

    private final ExecutorService threads = Executors.newFixedThreadPool(CONNECTIONS);
    private final ThreadLocal<Wire> wire;
    private int next;

    TwoPatches(Config config) {
        wire = ThreadLocal.withInitial(() -> new Wire(config));
    }

    /** Serves a Service; called by one thread, returns at once. */
    void serve(String name, String version) {
        if (!name.startsWith("svc-")) {
            return;
        }
        String address = "10.128." + (next >> 8) + "." + (next & 0xff);
        next++;
        threads.execute(() -> {
            String path = "/api/v1/namespaces/default/services/" + name;
            Wire.Answer branded = wire.get()
                    .call(
                            "PATCH",
                            path,
                            MERGE,
                            "{\"metadata\":{\"resourceVersion\":\"" + version
                                    + "\",\"annotations\":{\"purelb.io/allocated-by\":\"PureLB\",\"purelb.io/allocated-from\":\"default\"}}}");
            wire.get()
                    .call(
                            "PATCH",
                            path + "/status",
                            MERGE,
                            "{\"metadata\":{\"resourceVersion\":\"" + branded.text("resourceVersion")
                                    + "\"},\"status\":{\"loadBalancer\":{\"ingress\":[{\"ip\":\"" + address
                                    + "\",\"ipMode\":\"VIP\"}]}}}");
        });
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
