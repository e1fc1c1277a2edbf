package io.purelb.core;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Limits how many addresses are offered to one node at a time. */
final class OfferQueue {
    private final int limit;
    private final Map<String, Queue> queues = new HashMap<>();

    private static final class Queue {
        private final Set<IpAddress> offered = new LinkedHashSet<>();
        private final Set<IpAddress> waiting = new LinkedHashSet<>();
    }

    OfferQueue(int limit) {
        this.limit = limit;
    }

    /** Queues an address; returns whether it may be offered now. */
    boolean enter(String winner, IpAddress address) {
        Queue queue = queues.computeIfAbsent(winner, name -> new Queue());
        return (queue.offered.size() < limit ? queue.offered : queue.waiting).add(address)
                && queue.offered.contains(address);
    }

    boolean isOffered(String winner, IpAddress address) {
        return queues.containsKey(winner) && queues.get(winner).offered.contains(address);
    }

    /** Forgets an address; returns another one that may be offered to that node now. */
    Optional<IpAddress> leave(String winner, IpAddress address) {
        Queue queue = queues.get(winner);
        if (queue == null) {
            return Optional.empty();
        }
        queue.waiting.remove(address);
        queue.offered.remove(address);
        if (queue.waiting.isEmpty() || queue.offered.size() >= limit) {
            if (queue.waiting.isEmpty() && queue.offered.isEmpty()) {
                queues.remove(winner);
            }
            return Optional.empty();
        }
        Iterator<IpAddress> first = queue.waiting.iterator();
        IpAddress next = first.next();
        first.remove();
        queue.offered.add(next);
        return Optional.of(next);
    }
}
