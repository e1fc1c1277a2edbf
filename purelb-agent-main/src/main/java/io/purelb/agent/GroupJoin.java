package io.purelb.agent;

import io.purelb.core.IpAddress;
import io.purelb.election.ElectionStartException;
import io.purelb.election.Group;
import io.purelb.election.GroupSettings;
import io.purelb.process.Log;
import io.purelb.process.Program;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Joins the election group as soon as this node's address is known, again when it is another one, and tells it where other
 * nodes are.
 */
final class GroupJoin implements AutoCloseable {
    private static final Log LOG = Log.of(GroupJoin.class);
    private static final Duration LONGEST_TURN = Duration.ofSeconds(30);

    /** An address that the Node has may be on no interface yet. */
    private static final long TRY_AGAIN = TimeUnit.SECONDS.toNanos(1);

    private final String node;
    private final Optional<IpAddress> host;
    private final int port;
    private final Optional<GroupKeyFile> keys;
    private final GroupFellows fellows;
    private final ExecutorService joining = Executors.newSingleThreadExecutor(GroupJoin::thread);
    private volatile boolean closed;
    private boolean waiting;

    // Guarded by this.
    private Optional<Group> group = Optional.empty();
    private Optional<InetAddress> bound = Optional.empty();
    private List<InetAddress> peers = List.of();

    GroupJoin(String node, Optional<IpAddress> host, int port, Optional<GroupKeyFile> keys, GroupFellows fellows) {
        this.node = node;
        this.host = host;
        this.port = port;
        this.keys = keys;
        this.fellows = fellows;
        keys.ifPresent(file -> file.follow(this::rotate));
    }

    private synchronized void rotate(List<byte[]> now) {
        group.ifPresent(joined -> joined.secrets(now));
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "join");
        thread.setDaemon(true);
        return thread;
    }

    /**
     * The nodes' addresses may have changed. Called by the loop's thread; joining itself happens on another one. A node
     * with another address leaves and joins again, as an agent that is restarted: the LAN keeps others from its addresses
     * meanwhile, which stay where they are.
     */
    synchronized void cluster(ClusterView view) {
        Optional<IpAddress> own = host.or(() -> view.nodeAddresses().stream().findFirst());
        if (own.isEmpty() && bound.isEmpty() && !waiting) {
            waiting = true;
            LOG.warn("waiting for this Node's InternalIP, or give --host", "node", node);
        }
        peers = view.peers().stream().map(GroupJoin::inet).toList();
        Optional<InetAddress> address = own.map(GroupJoin::inet);
        if (address.isPresent() && !address.equals(bound)) {
            boolean again = bound.isPresent();
            if (again) {
                LOG.info("this node has another address", "node", node, "ip", own.get());
            }
            bound = address;
            joining.execute(() -> join(address.get(), again));
        }
        group.ifPresent(joined -> joined.peers(peers));
    }

    private void join(InetAddress address, boolean again) {
        leave();
        boolean told = false;
        for (Optional<Group> next = next(address); next.isPresent(); next = next(address)) {
            try {
                next.get().start();
                LOG.info("election group joined", "node", node);
                fellows.joined(next.get());
                return;
            } catch (ElectionStartException e) {
                if (!again) {
                    System.err.println("agent: " + e.getMessage());
                    // The loop is running already, but has changed nothing: there is nothing to tidy up.
                    Runtime.getRuntime().halt(Program.UNUSABLE);
                }
                if (!told) {
                    told = true;
                    LOG.warn("the election group cannot be joined from there yet", "node", node, "error", e);
                }
                leave();
                LockSupport.parkNanos(TRY_AGAIN);
            }
        }
    }

    private void leave() {
        fellows.left();
        Optional<Group> former;
        synchronized (this) {
            former = group;
            group = Optional.empty();
        }
        former.ifPresent(Group::close);
    }

    /**
     * The group to be joined from an address; empty when that is not the node's any more. Excludes {@link #rotate}: keys
     * that change meanwhile are in the settings, or come after.
     */
    private synchronized Optional<Group> next(InetAddress address) {
        if (closed || !bound.equals(Optional.of(address))) {
            return Optional.empty();
        }
        List<byte[]> secrets = keys.map(GroupKeyFile::keys).orElse(List.of());
        Group next = new Group(new GroupSettings(node, address, port, secrets), fellows);
        next.peers(peers);
        group = Optional.of(next);
        return group;
    }

    /** Whether the group's own thread turns; before it was joined there is none. */
    synchronized boolean turns() {
        return group.map(joined -> joined.turns(LONGEST_TURN)).orElse(true);
    }

    private static InetAddress inet(IpAddress address) {
        try {
            return InetAddress.getByAddress(address.toBytes());
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address has 4 or 16 bytes", e);
        }
    }

    @Override
    public void close() {
        keys.ifPresent(GroupKeyFile::close);
        closed = true;
        joining.shutdown();
        leave();
    }
}
