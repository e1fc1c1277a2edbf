package io.purelb.allocator;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/** Creates Services all the time, one each 10 ms, until told to stop. */
final class Load implements AutoCloseable {
    static final String LABEL = "load";
    private static final long PERIOD = Duration.ofMillis(10).toNanos();
    private static int number;

    private final KubernetesClient client;
    private final String namespace;
    private final Thread thread = new Thread(this::run, "load");
    private final List<String> names = new ArrayList<>();
    private volatile boolean stopping;
    private volatile boolean paused;

    Load(KubernetesClient client, String namespace) {
        this.client = client;
        this.namespace = namespace;
    }

    void start() {
        thread.start();
    }

    void pause() {
        paused = true;
    }

    void resume() {
        paused = false;
    }

    private void run() {
        while (!stopping) {
            if (!paused) {
                create();
            }
            LockSupport.parkNanos(PERIOD);
        }
    }

    private void create() {
        Service service = Scenario.service("load-" + number++, 0);
        try {
            client.resource(new ServiceBuilder(service)
                            .editMetadata()
                            .withCreationTimestamp(null)
                            .withNamespace(namespace)
                            .withLabels(Map.of(LABEL, "yes"))
                            .endMetadata()
                            .build())
                    .create();
        } catch (KubernetesClientException away) {
            return;
        }
        synchronized (names) {
            names.add(service.getMetadata().getName());
        }
    }

    /** How many exist. */
    int created() {
        synchronized (names) {
            return names.size();
        }
    }

    /** The name of the next one that is created. */
    String next() {
        int count = created();
        while (created() == count) {
            LockSupport.parkNanos(PERIOD);
        }
        synchronized (names) {
            return names.get(count);
        }
    }

    /** Whether the first so many have an address. */
    boolean allServed(AddressWatch watch, int count) {
        List<String> first;
        synchronized (names) {
            first = List.copyOf(names.subList(0, count));
        }
        return first.stream().allMatch(watch::isServed);
    }

    @Override
    public void close() {
        stopping = true;
        if (thread.isAlive()) {
            try {
                thread.join(15_000);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
