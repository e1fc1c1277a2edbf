package io.purelb.lab;

import io.purelb.core.IpAddress;
import io.purelb.netlink.NeighborSighting;
import io.purelb.netlink.NeighborSocket;
import io.purelb.netlink.Netlink;
import io.purelb.netlink.NetworkNamespace;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * A client that asks the LAN every 5 ms who has an address, by ARP or neighbour solicitation, and remembers who said so
 * when: answers and unasked announcements alike. Times are {@link System#nanoTime}.
 */
public final class Asker implements AutoCloseable {
    private static final Duration INTERVAL = Duration.ofMillis(5);

    private final Hosts.Host client;
    private final IpAddress address;
    private final Map<String, String> hosts = new HashMap<>();
    private final Thread thread;
    private final List<Long> asked = new ArrayList<>();
    private final List<Answer> answers = new ArrayList<>();
    private final List<Long> probes = new ArrayList<>();
    private volatile boolean open = true;
    private volatile boolean pausing;

    /** @param host the one with the Ethernet address that was told, or that address when no host has it */
    private record Answer(long nanos, String host) {}

    /** Begins to ask. */
    Asker(Hosts network, Hosts.Host client, IpAddress address) {
        this.client = client;
        this.address = address;
        network.hosts().forEach(host -> hosts.put(network.mac(host.name()), host.name()));
        this.thread = new Thread(() -> ask(network.namespace(client.name())), "asker-" + address);
        thread.setDaemon(true);
        thread.start();
    }

    private void ask(String namespace) {
        NetworkNamespace.enter(namespace);
        IpAddress own = switch (address.family()) {
            case IPV4 -> client.v4();
            case IPV6 -> client.v6();
        };
        try (Netlink kernel = Netlink.open();
                NeighborSocket socket = NeighborSocket.open(kernel.link("eth0").orElseThrow())) {
            while (open) {
                long now = System.nanoTime();
                if (!pausing) {
                    synchronized (this) {
                        asked.add(now);
                    }
                    socket.ask(own, address);
                }
                long left = INTERVAL.toNanos();
                do {
                    // Once at least, however late it is: an answer that is there counts for this question.
                    socket.await(Duration.ofNanos(Math.max(left, 0))).forEach(this::heard);
                    left = now + INTERVAL.toNanos() - System.nanoTime();
                } while (left > 0);
            }
        }
    }

    private synchronized void heard(NeighborSighting seen) {
        if (!seen.address().equals(address)) {
            return;
        }
        switch (seen.kind()) {
            case HOLDS -> answers.add(new Answer(System.nanoTime(), hosts.getOrDefault(seen.mac(), seen.mac())));
            case PROBES -> probes.add(System.nanoTime());
        }
        notifyAll();
    }

    /**
     * How often somebody asked the LAN whether the address is free, as agents do before they claim one, after {@code from}
     * had said for the last time that it has it and before {@code to} said so first.
     *
     * @param since when the move began
     */
    public synchronized long probesBetween(String from, String to, long since) {
        long taken = told(to, since).orElseThrow();
        long left = answers.stream()
                .filter(answer -> answer.nanos - taken < 0 && answer.host.equals(from))
                .mapToLong(Answer::nanos)
                .max()
                .orElse(since);
        return probes.stream().filter(at -> at - left > 0 && at - taken < 0).count();
    }

    /**
     * Asks no more until all questions since then are answered, and returns how many were not; answers are counted, so
     * that it does not matter when they come.
     *
     * @param limit how long to wait for answers that do not come
     */
    public synchronized int unanswered(long since, Duration limit) {
        pausing = true;
        try {
            boolean all = reached(() -> missing(since) == 0, limit);
            return all ? 0 : missing(since);
        } finally {
            pausing = false;
        }
    }

    /** The most by which, from any question since then on, there are fewer answers than questions. */
    private int missing(long since) {
        int most = 0;
        int next = answers.size();
        for (int i = asked.size() - 1; i >= 0 && asked.get(i) - since >= 0; i--) {
            while (next > 0 && answers.get(next - 1).nanos - asked.get(i) >= 0) {
                next--;
            }
            most = Math.max(most, asked.size() - i - (answers.size() - next));
        }
        return most;
    }

    /**
     * Waits until for so long nobody but this host said that it has the address, and this one did.
     *
     * @throws LabException after {@code limit}
     */
    public void awaitAlone(String host, Duration quiet, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        long since = System.nanoTime();
        do {
            awaitHolder(host, since + quiet.toNanos(), Duration.ofNanos(deadline - System.nanoTime()));
            if (holders(since).equals(List.of(host))) {
                return;
            }
            since = System.nanoTime();
        } while (deadline - since > 0);
        throw new LabException(
                "Waited " + limit.toMillis() + " ms in vain for " + host + " alone to have " + address + ".");
    }

    /**
     * Who said to have the address since then, in turn: {@code [a, b]} is a clean move, {@code [a, b, a]} means that both
     * said so for a while, or that it moved back.
     */
    public synchronized List<String> holders(long since) {
        List<String> holders = new ArrayList<>();
        for (Answer answer : answers) {
            if (answer.nanos - since >= 0
                    && (holders.isEmpty() || !holders.get(holders.size() - 1).equals(answer.host))) {
                holders.add(answer.host);
            }
        }
        return holders;
    }

    /** The longest time since then for which nobody answered though somebody was asked; zero when each was answered. */
    public synchronized Duration silence(long since) {
        long longest = 0;
        long begun = 0;
        int unanswered = 0;
        int next = 0;
        for (int i = 0; i < asked.size() - 1; i++) {
            while (next < answers.size() && answers.get(next).nanos - asked.get(i) < 0) {
                next++;
            }
            boolean answered = next < answers.size() && answers.get(next).nanos - asked.get(i + 1) < 0;
            if (answered || asked.get(i) - since < 0) {
                unanswered = 0;
            } else {
                begun = unanswered == 0 ? asked.get(i) : begun;
                unanswered++;
                longest = Math.max(longest, asked.get(i + 1) - begun);
            }
        }
        return Duration.ofNanos(longest);
    }

    /**
     * Waits until a host says that it has the address.
     *
     * @param since when it may have said so at the earliest
     * @return when it did
     * @throws LabException after {@code limit}
     */
    public synchronized long awaitHolder(String host, long since, Duration limit) {
        if (!reached(() -> told(host, since).isPresent(), limit)) {
            throw new LabException("Waited " + limit.toMillis() + " ms in vain for " + host + " to have " + address
                    + "; " + holders(since) + " had it.");
        }
        return told(host, since).orElseThrow();
    }

    /** When a host said so for the first time since then. */
    private Optional<Long> told(String host, long since) {
        return answers.stream()
                .filter(answer -> answer.nanos - since >= 0 && answer.host.equals(host))
                .map(Answer::nanos)
                .findFirst();
    }

    /** Waits for this, looking at it whenever something was heard; tells whether it came true. */
    private synchronized boolean reached(BooleanSupplier condition, Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        try {
            while (!condition.getAsBoolean()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                wait(left / 1_000_000 + 1);
            }
            return true;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new LabException("The lab is being stopped.", stopped);
        }
    }

    @Override
    public void close() {
        open = false;
        try {
            thread.join(1000);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }
}
