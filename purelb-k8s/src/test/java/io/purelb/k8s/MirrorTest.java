package io.purelb.k8s;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Against a server on loopback that answers what the test tells it to, request by request. */
final class MirrorTest {
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();
    private final BlockingQueue<Mirror.Key> told = new LinkedBlockingQueue<>();
    private final CountDownLatch listed = new CountDownLatch(1);
    private HttpServer server;
    private Api api;
    private Mirror<String> mirror;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 4);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
        open(config(), KubeClients.WATCH_SILENCE);
    }

    private void open(Config config, Duration silence) {
        api = Api.open(config, silence);
        mirror = new Mirror<>(
                api,
                "things",
                "/things",
                object -> Optional.of(object.path("value").asText()).filter(value -> !value.isEmpty()));
    }

    private Config config() {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort() + "/prefix/")
                .build();
    }

    @AfterEach
    void stop() {
        mirror.close();
        api.close();
        server.stop(0);
    }

    /** A number is a status to refuse with; a text that ends with a dash is a body that stays open. */
    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.add(exchange.getRequestURI().toString());
            String answer = answers.take();
            if (answer.matches("[0-9]+")) {
                exchange.sendResponseHeaders(Integer.parseInt(answer), -1);
                return;
            }
            boolean open = answer.endsWith("-");
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody()
                    .write(answer.substring(0, answer.length() - (open ? 1 : 0)).getBytes(StandardCharsets.UTF_8));
            exchange.getResponseBody().flush();
            if (open) {
                new CountDownLatch(1).await();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void begin() {
        mirror.start(told::add, listed::countDown);
    }

    private static String list(String version, String next, String... items) {
        return "{\"kind\":\"List\",\"metadata\":{\"resourceVersion\":\"" + version + "\",\"continue\":\"" + next
                + "\"},\"extra\":{\"a\":[1]},\"items\":[" + String.join(",", items) + "]}";
    }

    private static String thing(String name, String version, String value) {
        return "{\"metadata\":{\"namespace\":\"ns\",\"name\":\"" + name + "\",\"resourceVersion\":\"" + version
                + "\"},\"value\":\"" + value + "\"}";
    }

    private static String change(String type, String object) {
        return "{\"type\":\"" + type + "\",\"object\":" + object + "}\n";
    }

    private void awaitTold(String... names) throws InterruptedException {
        List<String> found = new ArrayList<>();
        for (int i = 0; i < names.length; i++) {
            found.add(Optional.ofNullable(told.poll(LIMIT.toSeconds(), TimeUnit.SECONDS))
                    .map(Mirror.Key::name)
                    .orElse("nothing"));
        }
        assertEquals(List.of(names), found);
    }

    private Optional<String> value(String name) {
        return mirror.get(new Mirror.Key("ns", name)).map(Mirror.Seen::value);
    }

    @Test
    void listsPageByPageThenWatchesFromTheListsVersion() throws Exception {
        answers.add(list("7", "more+1", thing("a", "5", "one"), thing("nobody", "6", "")));
        answers.add(list("7", "", thing("b", "7", "two")));
        answers.add(change("MODIFIED", thing("a", "8", "three")) + change("DELETED", thing("b", "9", "two")) + "-");
        assertFalse(mirror.synced());
        begin();
        assertTrue(listed.await(LIMIT.toSeconds(), TimeUnit.SECONDS));
        awaitTold("a", "b", "a", "b");
        assertEquals(Optional.of(new Mirror.Seen<>("three", "8")), mirror.get(new Mirror.Key("ns", "a")));
        assertEquals(Optional.empty(), value("b"));
        assertEquals(Optional.empty(), value("nobody"));
        assertEquals("/prefix/things?limit=250", asked.take());
        assertEquals("/prefix/things?limit=250&continue=more%2B1", asked.take());
        assertTrue(asked.take()
                .startsWith("/prefix/things?watch=true&allowWatchBookmarks=true&resourceVersion=7&timeoutSeconds="));
    }

    @Test
    void nothingIsToldOfAChangeThatDoesNotMatter() throws Exception {
        answers.add(list("1", "", thing("a", "1", "one")));
        answers.add(change("MODIFIED", thing("a", "2", "one")) + change("ADDED", thing("b", "3", "two")) + "-");
        begin();
        awaitTold("a", "b");
        assertEquals(Optional.of("2"), mirror.get(new Mirror.Key("ns", "a")).map(Mirror.Seen::version));
    }

    @Test
    void endedWatchGoesOnFromTheLastBookmark() throws Exception {
        answers.add(list("1", ""));
        answers.add(change("BOOKMARK", "{\"metadata\":{\"resourceVersion\":\"40\"}}"));
        answers.add(change("ADDED", thing("a", "41", "one")) + "-");
        begin();
        awaitTold("a");
        asked.take();
        asked.take();
        assertTrue(asked.take().contains("resourceVersion=40&"));
    }

    @Test
    void forgottenVersionIsListedAgainAndWhatIsNotThereIsGone() throws Exception {
        answers.add(list("1", "", thing("a", "1", "one"), thing("b", "1", "one")));
        answers.add(change("ERROR", "{\"kind\":\"Status\",\"code\":410}"));
        answers.add(list("90", "", thing("b", "80", "two")));
        answers.add("410");
        answers.add(list("95", "", thing("b", "80", "two"), thing("c", "94", "three")));
        answers.add("-");
        begin();
        awaitTold("a", "b", "b", "a", "c");
        assertEquals(Optional.empty(), value("a"));
        assertEquals(Optional.of("two"), value("b"));
    }

    @Test
    void silentWatchIsOpenedAgainWhereItWasWithoutAListOrAnError() throws Exception {
        api.close();
        open(config(), Duration.ofSeconds(2));
        List<String> errors = new CopyOnWriteArrayList<>();
        Handler log = new Handler() {
            @Override
            public void publish(LogRecord line) {
                errors.add(line.getLevel() + " " + line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger logger = Logger.getLogger(Mirror.class.getName());
        logger.addHandler(log);
        try {
            answers.add(list("1", ""));
            answers.add(change("ADDED", thing("a", "7", "one")) + "-");
            answers.add(change("ADDED", thing("b", "8", "two")) + "-");
            begin();
            awaitTold("a", "b");
        } finally {
            logger.removeHandler(log);
        }
        asked.take();
        assertTrue(asked.take().contains("resourceVersion=1&"));
        assertTrue(asked.take().contains("resourceVersion=7&"), "no list in between");
        assertEquals(List.of(), errors);
    }

    @Test
    void failuresAreTriedAgainAndWhatWasSeenStays() throws Exception {
        answers.add("500");
        answers.add("{\"not\": \"a list\"");
        answers.add(list("1", "", thing("a", "1", "one")));
        answers.add("503");
        answers.add(change("MODIFIED", thing("a", "2", "two")) + "-");
        begin();
        awaitTold("a", "a");
        assertEquals(Optional.of("two"), value("a"));
        assertTrue(mirror.synced());
    }
}
