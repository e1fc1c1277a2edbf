package io.purelb.agent;

import io.purelb.core.IpAddress;
import io.purelb.core.NodeView;
import io.purelb.k8s.EventReasons;
import io.purelb.k8s.ObjectRef;
import io.purelb.process.Log;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Checks the host at start and every 5 minutes on a thread of its own, and tells in metrics, log and events of the Node. */
final class HostChecks implements AutoCloseable {
    private static final Log LOG = Log.of(HostChecks.class);
    private static final Duration PERIOD = Duration.ofMinutes(5);
    private static final Duration NOT_READY = Duration.ofMillis(500);

    /** After this long a node that did not answer is tried again: agents start and restart. */
    private static final Duration SECOND_TRY = Duration.ofSeconds(10);

    private static final EnumSet<HostCheck> OF_HOST =
            EnumSet.complementOf(EnumSet.of(HostCheck.PEER_PORT, HostCheck.PEER_GROUP));

    private final String node;
    private final Supplier<Optional<NodeView>> view;
    private final ClusterWatch cluster;
    private final HostFactsReader reader;
    private final EventSink events;
    private final AgentMetrics metrics;
    private final Map<HostCheck, String> known = new EnumMap<>(HostCheck.class);
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Thread thread = new Thread(this::run, "host-checks");

    /** Where events about objects go. */
    interface EventSink {
        void record(ObjectRef object, boolean warning, String reason, String message);
    }

    /** @param view what the loop decides from; empty while it decides nothing yet */
    HostChecks(
            String node,
            Supplier<Optional<NodeView>> view,
            ClusterWatch cluster,
            HostFactsReader reader,
            EventSink events,
            AgentMetrics metrics) {
        this.node = node;
        this.view = view;
        this.cluster = cluster;
        this.reader = reader;
        this.events = events;
        this.metrics = metrics;
        thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            boolean again = true;
            while (again) {
                // Taken first: a member that is lost while the others are asked is looked at in the next round.
                Set<String> before = members();
                again = !pause(round(), before);
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private Duration round() throws InterruptedException {
        try {
            Optional<NodeView> now = view.get();
            if (now.isEmpty()) {
                return NOT_READY;
            }
            Set<IpAddress> internal = cluster.nodes().stream()
                    .filter(seen -> seen.name().equals(node))
                    .flatMap(seen -> seen.addresses().stream())
                    .collect(Collectors.toSet());
            HostFacts facts = reader.read(now.get(), internal);
            tell(facts, OF_HOST);
            tell(peers(facts), EnumSet.complementOf(OF_HOST));
        } catch (RuntimeException fault) {
            LOG.warn("the host cannot be checked", "error", fault);
        }
        return PERIOD;
    }

    /** The same with the nodes that stay silent, or outside the group, when they are asked again. */
    private HostFacts peers(HostFacts facts) throws InterruptedException {
        Map<String, Set<IpAddress>> others = new TreeMap<>();
        cluster.agentNodes().forEach(seen -> others.put(seen.name(), Set.copyOf(seen.addresses())));
        others.remove(node);
        Set<String> silent = reader.unreachable(others);
        Set<String> outside = outside(others, silent);
        others.keySet().removeIf(other -> !silent.contains(other) && !outside.contains(other));
        if (!others.isEmpty() && !closed.await(SECOND_TRY.toMillis(), TimeUnit.MILLISECONDS)) {
            Set<String> still = reader.unreachable(others);
            silent.retainAll(still);
            outside.retainAll(outside(others, still));
        }
        return facts.withPeers(silent, outside);
    }

    private Set<String> outside(Map<String, Set<IpAddress>> others, Set<String> silent) {
        Set<String> outside = new TreeSet<>(others.keySet());
        outside.removeAll(silent);
        outside.removeAll(members());
        return outside;
    }

    private Set<String> members() {
        return view.get().map(now -> now.membership().nodes()).orElse(Set.of());
    }

    /** Waits for the next round, which comes early when one of {@code before} is lost; answers whether this was closed. */
    private boolean pause(Duration time, Set<String> before) throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        Set<String> last = before;
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            Set<String> now = members();
            if (!now.containsAll(last)) {
                return false;
            }
            last = now;
            if (closed.await(Math.min(left, SECOND_TRY.toNanos()), TimeUnit.NANOSECONDS)) {
                return true;
            }
        }
        return false;
    }

    private void tell(HostFacts facts, Set<HostCheck> checks) {
        for (HostCheck check : checks) {
            Optional<String> problem = check.problem(facts);
            metrics.hostCheck(check, problem.isEmpty());
            String before = known.remove(check);
            problem.ifPresent(text -> {
                known.put(check, text);
                report(check, text, check.serious(facts), text.equals(before));
            });
        }
    }

    /** The event is repeated each time, which counts it up: by itself it is forgotten after an hour. */
    private void report(HostCheck check, String text, boolean serious, boolean repeated) {
        if (!repeated && serious) {
            LOG.warn(text, "check", check.label);
        } else if (!repeated) {
            LOG.info(text, "check", check.label);
        }
        cluster.nodes().stream()
                .filter(seen -> seen.name().equals(node))
                .map(seen -> new ObjectRef("v1", "Node", "", seen.name(), seen.uid(), ""))
                .forEach(self -> events.record(self, serious, EventReasons.HOST_CHECK, check.label + ": " + text));
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
