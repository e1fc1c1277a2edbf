package io.purelb.bench;

import io.fabric8.kubernetes.client.Config;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;

/** Watches all Services of the namespace default over one connection and notes when each first showed an address. */
final class ServiceWatch implements AutoCloseable {
    private final Wire wire;
    private final BiConsumer<String, String> onCreated;
    private final Map<String, Long> served = new ConcurrentHashMap<>();
    private volatile boolean closing;

    /**
     * Begins to watch.
     *
     * @param onCreated told the name and the resourceVersion of each new Service, on the watch's thread
     */
    ServiceWatch(Config config, BiConsumer<String, String> onCreated) {
        this.wire = new Wire(config);
        this.onCreated = onCreated;
        Thread thread = new Thread(this::read, "watch");
        thread.setDaemon(true);
        thread.start();
    }

    private void read() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(
                wire.stream("/api/v1/namespaces/default/services?watch=1"), StandardCharsets.UTF_8))) {
            for (String event = lines.readLine(); event != null; event = lines.readLine()) {
                if (event.contains("\"ingress\":[{")) {
                    served.putIfAbsent(Wire.text(event, "name"), System.nanoTime());
                } else if (event.startsWith("{\"type\":\"ADDED\"")) {
                    onCreated.accept(Wire.text(event, "name"), Wire.text(event, "resourceVersion"));
                }
            }
        } catch (IOException e) {
            if (!closing) {
                throw new IllegalStateException("the watch broke", e);
            }
        }
    }

    /** When a Service was first seen with an address, by {@link System#nanoTime}. */
    Map<String, Long> served() {
        return served;
    }

    @Override
    public void close() {
        closing = true;
        wire.close();
    }
}
