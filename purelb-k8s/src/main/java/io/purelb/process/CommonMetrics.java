package io.purelb.process;

import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Counter;
import io.prometheus.client.Gauge;
import io.prometheus.client.hotspot.DefaultExports;

/**
 * The series that every executable exposes, in a registry of their own.
 *
 * @param registry where they are registered, with the JVM's and the process's
 * @param updates keys handled
 * @param updateErrors keys that failed and are tried again
 * @param configLoaded 1 once a configuration was loaded
 * @param configStale 1 while some object of the configuration is refused
 * @param queueDepth keys waiting
 */
public record CommonMetrics(
        CollectorRegistry registry,
        Counter updates,
        Counter updateErrors,
        Gauge configLoaded,
        Gauge configStale,
        Gauge queueDepth) {
    public static final String UPDATES = "purelb_k8s_client_updates_total";
    public static final String UPDATE_ERRORS = "purelb_k8s_client_update_errors_total";
    public static final String CONFIG_LOADED = "purelb_k8s_client_config_loaded_bool";
    public static final String CONFIG_STALE = "purelb_k8s_client_config_stale_bool";
    public static final String QUEUE_DEPTH = "purelb_queue_depth";
    public static final String BUILD_INFO = "purelb_build_info";

    /**
     * Registers them.
     *
     * @param version the version to show in {@code purelb_build_info}
     */
    public static CommonMetrics register(CollectorRegistry registry, String version) {
        DefaultExports.register(registry);
        Gauge.build(BUILD_INFO, "Version of this process and of the Java it runs on; always 1.")
                .labelNames("version", "java")
                .register(registry)
                .labels(version, Runtime.version().toString())
                .set(1);
        return new CommonMetrics(
                registry,
                Counter.build(UPDATES, "Number of k8s object updates that have been processed.")
                        .register(registry),
                Counter.build(UPDATE_ERRORS, "Number of k8s object updates that failed for some reason.")
                        .register(registry),
                Gauge.build(CONFIG_LOADED, "1 if the PureLB configuration was successfully loaded at least once.")
                        .register(registry),
                Gauge.build(CONFIG_STALE, "1 while an object of the PureLB configuration is refused.")
                        .register(registry),
                Gauge.build(QUEUE_DEPTH, "Number of keys that wait to be processed.")
                        .register(registry));
    }
}
