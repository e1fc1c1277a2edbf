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
    private volatile boolean open = true;

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
                synchronized (this) {
                    asked.add(now);
                }
                socket.ask(own, address);
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
        if (seen.kind() == NeighborSighting.Kind.HOLDS && seen.address().equals(address)) {
            answers.add(new Answer(System.nanoTime(), hosts.getOrDefault(seen.mac(), seen.mac())));
            notifyAll();
        }
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
        long deadline = System.nanoTime() + limit.toNanos();
        while (true) {
            Optional<Answer> found = answers.stream()
                    .filter(answer -> answer.nanos - since >= 0 && answer.host.equals(host))
                    .findFirst();
            if (found.isPresent()) {
                return found.get().nanos;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                throw new LabException("Waited " + limit.toMillis() + " ms in vain for " + host + " to have " + address
                        + "; " + holders(since) + " had it.");
            }
            try {
                wait(left / 1_000_000 + 1);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new LabException("The lab is being stopped.", stopped);
            }
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
