package io.purelb.bench;

import io.fabric8.kubernetes.client.Config;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Services created as fast as 8 connections can, and how long each waits for its address. */
final class Burst {
    private static final int CONNECTIONS = 8;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(120);
    private static final String SERVICES = "/api/v1/namespaces/default/services";

    private Burst() {}

    /**
     * What came of it, in nanoseconds.
     *
     * @param waits from the answer to each create until the watch showed the address, ascending
     * @param creating from the first request to the last answer
     * @param tail from the last answer to the last address
     */
    record Result(int services, List<Long> waits, long creating, long tail) {
        double waitMillis(double share) {
            return waits.get((int) Math.min(waits.size() - 1, Math.floor(share * waits.size()))) / 1e6;
        }
    }

    /** Creates so many Services and waits until all of them are served. */
    static Result run(Config config, ServiceWatch watch, int services) throws InterruptedException {
        Map<String, Long> created = new ConcurrentHashMap<>();
        List<String> faults = Collections.synchronizedList(new ArrayList<>());
        AtomicInteger next = new AtomicInteger();
        List<Wire> wires = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            Wire wire = new Wire(config);
            wire.call("GET", "/version", "", "");
            wires.add(wire);
        }
        long began = System.nanoTime();
        List<Thread> threads = wires.stream()
                .map(wire -> new Thread(() -> {
                    for (int i = next.getAndIncrement(); i < services; i = next.getAndIncrement()) {
                        try {
                            created.put(name(i), create(wire, name(i)));
                        } catch (RuntimeException fault) {
                            faults.add(fault.toString());
                            return;
                        }
                    }
                }))
                .toList();
        threads.forEach(Thread::start);
        for (Thread thread : threads) {
            thread.join();
        }
        wires.forEach(Wire::close);
        if (!faults.isEmpty()) {
            throw new IllegalStateException("creating failed: " + faults);
        }
        awaitServed(watch, created.size());
        long lastCreated = Collections.max(created.values());
        long lastServed = Collections.max(watch.served().values());
        List<Long> waits = created.entrySet().stream()
                .map(entry -> watch.served().get(entry.getKey()) - entry.getValue())
                .sorted()
                .toList();
        return new Result(services, waits, lastCreated - began, lastServed - lastCreated);
    }

    private static String name(int number) {
        return "svc-" + number;
    }

    /** Creates one Service; the answer is when its answer came. */
    static long create(Wire wire, String name) {
        // There are 2768 node ports at most: fewer than Services here.
        String body = "{\"apiVersion\":\"v1\",\"kind\":\"Service\",\"metadata\":{\"name\":\"" + name
                + "\"},\"spec\":{\"type\":\"LoadBalancer\",\"allocateLoadBalancerNodePorts\":false,\"selector\":{\"app\":\""
                + name + "\"},\"ports\":[{\"name\":\"http\",\"port\":80,\"protocol\":\"TCP\"}]}}";
        Wire.Answer answer = wire.call("POST", SERVICES, "application/json", body);
        long now = System.nanoTime();
        if (answer.status() != 201) {
            throw new IllegalStateException(name + " was not created: " + answer);
        }
        return now;
    }

    private static void awaitServed(ServiceWatch watch, int services) {
        long deadline = System.nanoTime() + PATIENCE;
        while (watch.served().size() < services) {
            if (System.nanoTime() - deadline > 0) {
                throw new IllegalStateException(watch.served().size() + " of " + services + " were served in time");
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }
}
