package io.purelb.allocator;

import static io.purelb.allocator.Scenario.group;
import static io.purelb.allocator.Scenario.service;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Service;
import io.prometheus.client.Collector;
import io.purelb.process.MonitoringServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The series are interface: dashboards and alerts of users name them. */
final class MetricNamesTest {
    private static final Pattern DESCRIPTION = Pattern.compile("# (HELP|TYPE) (purelb_\\S+) (.+)");
    private static final Pattern LABELS = Pattern.compile("^(purelb_[a-z0-9_]+)\\{([^}]*)} ");

    private final String text = exposition();

    private static String exposition() {
        Scenario scenario = new Scenario();
        scenario.api.putGroup(group("default", "10.0.0.0/31"));
        scenario.api.putGroup(group("gone", "10.0.0.8"));
        scenario.api.put(service("web", 0));
        scenario.api.put(service("late", 1, Map.of("purelb.io/service-group", "gone")));
        scenario.api.put(service("poor", 2, Map.of("purelb.io/service-group", "gone")));
        for (String name : List.of("one", "two")) {
            Service sharer = service(name, 3, Map.of("purelb.io/allow-shared-ip", "key"));
            sharer.getSpec().getPorts().get(0).setPort(name.equals("one") ? 81 : 82);
            scenario.api.put(sharer);
        }
        scenario.run();
        scenario.api.put(service("two", 3, Map.of("purelb.io/allow-shared-ip", "other")));
        scenario.run();
        new Collector() {
            @Override
            public List<MetricFamilySamples> collect() {
                return LedgerSeries.of(scenario.desk.allocations(), scenario.api);
            }
        }.register(scenario.registry);
        try (MonitoringServer server =
                MonitoringServer.start(Optional.empty(), 0, scenario.registry, new NeverAsked())) {
            URI metrics = URI.create("http://127.0.0.1:" + server.port() + "/metrics");
            return new String(metrics.toURL().openStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException fault) {
            throw new UncheckedIOException(fault);
        }
    }

    private static final class NeverAsked implements MonitoringServer.Health {
        @Override
        public boolean alive() {
            return true;
        }

        @Override
        public Optional<String> notReady() {
            return Optional.empty();
        }

        @Override
        public String state() {
            return "{}";
        }
    }

    @Test
    void everySeriesHasItsNameTypeAndHelp() {
        Map<String, String> types = new TreeMap<>();
        Map<String, String> help = new TreeMap<>();
        text.lines()
                .map(DESCRIPTION::matcher)
                .filter(Matcher::matches)
                .forEach(line -> (line.group(1).equals("TYPE") ? types : help).put(line.group(2), line.group(3)));
        types.keySet().removeIf(name -> name.endsWith("_created"));
        help.keySet().removeIf(name -> name.endsWith("_created"));
        Map<String, String> wanted = new TreeMap<>();
        for (String gauge : List.of(
                "purelb_address_pool_size",
                "purelb_address_pool_addresses_in_use",
                "purelb_address_pool_family_size",
                "purelb_address_pool_family_in_use",
                "purelb_address_allocated",
                "purelb_service_endpoints_ready",
                "purelb_service_pending",
                "purelb_address_orphaned",
                "purelb_address_conflict",
                "purelb_k8s_client_config_loaded_bool",
                "purelb_k8s_client_config_stale_bool",
                "purelb_queue_depth",
                "purelb_build_info")) {
            wanted.put(gauge, "gauge");
        }
        for (String counter : List.of(
                "purelb_allocations_total",
                "purelb_address_pool_allocation_rejected_total",
                "purelb_k8s_client_updates_total",
                "purelb_k8s_client_update_errors_total")) {
            wanted.put(counter, "counter");
        }
        wanted.put("purelb_allocation_seconds", "histogram");
        assertEquals(wanted, types);
        assertEquals(wanted.keySet(), help.keySet());
    }

    @Test
    void everySeriesHasItsLabels() {
        Map<String, String> labels = new TreeMap<>();
        text.lines()
                .map(LABELS::matcher)
                .filter(Matcher::find)
                .forEach(line -> labels.put(
                        line.group(1),
                        line.group(2).replaceAll("=\"[^\"]*\",?", " ").strip()));
        assertEquals("pool", labels.get("purelb_address_pool_size"));
        assertEquals("pool", labels.get("purelb_address_pool_addresses_in_use"));
        assertEquals("pool family", labels.get("purelb_address_pool_family_size"));
        assertEquals("pool family", labels.get("purelb_address_pool_family_in_use"));
        assertEquals("namespace service ip pool family", labels.get("purelb_address_allocated"));
        assertEquals("namespace service", labels.get("purelb_service_endpoints_ready"));
        assertEquals("namespace service reason", labels.get("purelb_service_pending"));
        assertEquals("pool", labels.get("purelb_allocations_total"));
        assertEquals("pool reason", labels.get("purelb_address_pool_allocation_rejected_total"));
        assertEquals("pool", labels.get("purelb_address_orphaned"));
        assertEquals("namespace service ip reason", labels.get("purelb_address_conflict"));
        assertEquals("version java", labels.get("purelb_build_info"));
    }

    @Test
    void valuesSayWhatIs() {
        assertTrue(text.contains("purelb_address_pool_size{pool=\"default\",} 2.0\n"), text);
        assertTrue(text.contains("purelb_address_pool_addresses_in_use{pool=\"gone\",} 1.0\n"), text);
        assertTrue(
                text.contains(
                        "purelb_service_pending{namespace=\"default\",service=\"poor\",reason=\"EXHAUSTED\",} 1.0\n"),
                text);
        assertTrue(
                text.contains(
                        "purelb_address_pool_allocation_rejected_total{pool=\"gone\",reason=\"EXHAUSTED\",} 1.0\n"),
                text);
        assertTrue(text.contains("purelb_allocations_total{pool=\"default\",} 3.0\n"), text);
        assertTrue(text.contains("purelb_allocation_seconds_count 4.0\n"), text);
    }
}
