package io.purelb.bench.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** When each address came, as {@code ip monitor} says; interfaces that the agent does not manage do not count. */
final class AddressMonitor implements AutoCloseable {
    private final Process process;
    private final Map<String, Long> came = new ConcurrentHashMap<>();
    private final Set<String> present = ConcurrentHashMap.newKeySet();

    AddressMonitor() throws IOException {
        process = new ProcessBuilder("ip", "-o", "-rcvbuf", "16777216", "monitor", "address")
                .redirectErrorStream(true)
                .start();
        Thread reader = new Thread(this::read, "monitor");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                long now = System.nanoTime();
                String[] words = line.strip().split("\\s+", -1);
                boolean deleted = words[0].equals("Deleted");
                int at = deleted ? 4 : 3;
                if (words.length > at && words[at - 1].equals("inet") && !words[at - 2].equals("eth1")) {
                    String address = words[at].replaceFirst("/.*", "");
                    if (deleted) {
                        present.remove(address);
                    } else {
                        came.put(address, now);
                        present.add(address);
                    }
                }
            }
        } catch (IOException ended) {
            // The process was stopped.
        }
    }

    /** Forgets when addresses came. */
    void forget() {
        came.clear();
    }

    /** How many came since {@link #forget}. */
    int came() {
        return came.size();
    }

    /** How many of those that came have not gone. */
    int present() {
        return present.size();
    }

    /** When an address came, in nanoseconds; waits for it. */
    long awaitCame(String address) {
        Shell.await(address + " to come", 30, () -> came.containsKey(address));
        return came.getOrDefault(address, 0L);
    }

    /** When the last of so many came, in nanoseconds; waits for it. */
    long awaitCame(int count) {
        Shell.await(count + " addresses to come", 120, () -> came.size() >= count);
        return came.values().stream().mapToLong(at -> at).max().orElse(0);
    }

    /** When the first came, in nanoseconds. */
    long first() {
        return came.values().stream().mapToLong(at -> at).min().orElse(0);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
