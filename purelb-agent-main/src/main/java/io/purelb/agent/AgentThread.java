package io.purelb.agent;

import dagger.Lazy;
import io.purelb.process.LoopThread;
import java.time.Duration;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/** The one thread that owns the {@link AgentLoop}. Everybody else hands over to it. */
final class AgentThread implements AutoCloseable {
    private final NodeNetwork network;
    private final Lazy<AgentLoop> loop;
    private final Lazy<ClusterWatch> cluster;
    private final Lazy<GroupJoin> join;
    private final LoopThread thread = new LoopThread("agent");
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final CompletableFuture<Void> drained = new CompletableFuture<>();

    AgentThread(NodeNetwork network, Lazy<AgentLoop> loop, Lazy<ClusterWatch> cluster, Lazy<GroupJoin> join) {
        this.network = network;
        this.loop = loop;
        this.cluster = cluster;
        this.join = join;
    }

    /** Something that happened. */
    interface Event {
        void happen(AgentLoop loop, long now);
    }

    /** Begins, after what the loop needs was opened on the caller's thread, or refused. */
    void start() {
        loop.get();
        cluster.get().start();
        // What the loop opens, sockets on the LAN and of the group, belongs to the node's network.
        network.run(() -> thread.start(this::step));
    }

    /** Asks for a step, from any thread. */
    void wake() {
        thread.wake();
    }

    /** Hands something over to the loop, from any thread; a step follows. */
    void post(Event event) {
        events.add(event);
        thread.wake();
    }

    /** Asks the loop something; for any thread but its own. */
    private <T> CompletableFuture<T> ask(Function<AgentLoop, T> question) {
        return thread.call(() -> question.apply(loop.get()));
    }

    /** The loop's answer to a question; empty when it does not answer within 2 seconds. */
    <T> Optional<T> answer(Function<AgentLoop, T> question) {
        try {
            return Optional.of(ask(question).get(2, TimeUnit.SECONDS));
        } catch (TimeoutException | ExecutionException e) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Whether the loop turns. */
    boolean turns() {
        return thread.turns(Duration.ofSeconds(10));
    }

    private long step(long now) {
        for (Event event = events.poll(); event != null; event = events.poll()) {
            event.happen(loop.get(), millis(now));
        }
        cluster.get().poll().ifPresent(view -> {
            loop.get().cluster(view);
            join.get().cluster(view);
        });
        long next = loop.get().step(millis(now));
        cluster.get().located(loop.get().membership());
        if (loop.get().drained(millis(now))) {
            drained.complete(null);
        }
        return next == Long.MAX_VALUE ? next : now + TimeUnit.MILLISECONDS.toNanos(Math.max(0, next - millis(now)));
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    /** Hands the local addresses over to other nodes; waits for it, but not for ever. */
    boolean drain(Duration limit) {
        post((agent, now) -> agent.drain(now));
        try {
            drained.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException late) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        thread.close();
    }
}
