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

/** Joins the election group as soon as this node's address is known, and tells it where other nodes are. */
final class GroupJoin implements AutoCloseable {
    private static final Log LOG = Log.of(GroupJoin.class);
    private static final Duration LONGEST_TURN = Duration.ofSeconds(30);

    private final String node;
    private final Optional<IpAddress> host;
    private final int port;
    private final Optional<GroupKeyFile> keys;
    private final GroupFellows fellows;
    private volatile Optional<Group> group = Optional.empty();
    private boolean waiting;

    GroupJoin(String node, Optional<IpAddress> host, int port, Optional<GroupKeyFile> keys, GroupFellows fellows) {
        this.node = node;
        this.host = host;
        this.port = port;
        this.keys = keys;
        this.fellows = fellows;
        keys.ifPresent(file -> file.follow(this::rotate));
    }

    /** The nodes' addresses may have changed. Called by the loop's thread; joining itself happens on another one. */
    void cluster(ClusterView view) {
        if (group.isEmpty()) {
            Optional<IpAddress> own =
                    host.or(() -> view.nodeAddresses().stream().findFirst());
            if (own.isEmpty()) {
                if (!waiting) {
                    waiting = true;
                    LOG.warn("waiting for this Node's InternalIP, or give --host", "node", node);
                }
                return;
            }
            join(inet(own.get()));
        }
        group.ifPresent(joined -> joined.peers(peers(view)));
    }

    private List<byte[]> secrets() {
        return keys.map(GroupKeyFile::keys).orElse(List.of());
    }

    private synchronized void rotate(List<byte[]> now) {
        group.ifPresent(joined -> joined.secrets(now));
    }

    private List<InetAddress> peers(ClusterView view) {
        return view.peers().stream().map(GroupJoin::inet).toList();
    }

    /** Excludes {@link #rotate}: keys that change meanwhile are in the settings, or come after. */
    private synchronized void join(InetAddress address) {
        Group joining = new Group(new GroupSettings(node, address, port, secrets()), fellows);
        group = Optional.of(joining);
        Thread thread = new Thread(() -> start(joining), "join");
        thread.setDaemon(true);
        thread.start();
    }

    private void start(Group joining) {
        try {
            joining.start();
            LOG.info("election group joined", "node", node);
            fellows.joined(joining);
        } catch (ElectionStartException e) {
            System.err.println("agent: " + e.getMessage());
            // The loop is running already, but has changed nothing: there is nothing to tidy up.
            Runtime.getRuntime().halt(Program.UNUSABLE);
        }
    }

    /** Whether the group's own thread turns; before it was joined there is none. */
    boolean turns() {
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
        group.ifPresent(Group::close);
    }
}
