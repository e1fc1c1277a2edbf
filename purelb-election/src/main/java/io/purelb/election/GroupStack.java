package io.purelb.election;

import java.net.InetAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.jgroups.JChannel;
import org.jgroups.Receiver;
import org.jgroups.protocols.FRAG2;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.VERIFY_SUSPECT2;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;

/** The JGroups channel of one group and its transport. */
record GroupStack(
        JChannel channel, GroupTransport transport, Heartbeats heartbeats, VERIFY_SUSPECT2 verify, MERGE3 search) {
    private static final String CLUSTER = "purelb";
    private static final int FRAGMENT = 60_000;

    /** What JGroups logs by default is too much; the map keeps java.util.logging from forgetting these loggers. */
    private static final Map<Logger, Level> QUIET = Map.of(
            Logger.getLogger("org.jgroups"), Level.WARNING,
            // A class of ours under whose name JGroups reports each start.
            Logger.getLogger(NeighbourWatch.class.getName()), Level.WARNING,
            // Warns of each stranger's connection to the TCP port, a port scanner's included.
            Logger.getLogger("org.jgroups.blocks.cs"), Level.SEVERE);

    static {
        QUIET.forEach((logger, level) -> {
            // Unless the logging configuration says otherwise.
            if (logger.getLevel() == null) {
                logger.setLevel(level);
            }
        });
    }

    static GroupStack create(
            GroupSettings settings, Timing timing, AtomicReference<Set<InetAddress>> peers, Receiver receiver)
            throws Exception {
        GroupTransport transport = new GroupTransport(settings);
        Heartbeats heartbeats = new Heartbeats();
        VERIFY_SUSPECT2 verify = new VERIFY_SUSPECT2();
        MERGE3 search = new MERGE3();
        NAKACK2 nakack = new NAKACK2().useMcastXmit(false).logDiscardMessages(false);
        UNICAST3 unicast = new UNICAST3().setXmitInterval(200);
        // A coordinator that many join at once answers late; who gives up founds a group that has to be merged later.
        GMS gms = new GMS()
                .setJoinTimeout(1_000)
                .setLeaveTimeout(500)
                .setMaxJoinAttempts(8)
                .setViewAckCollectionTimeout(1_000)
                .logViewWarnings(false)
                .printLocalAddress(false);
        JChannel channel = new JChannel(
                        transport,
                        new PeerDiscovery(peers, settings.port()),
                        search,
                        new NeighbourWatch(settings.address(), settings.node()),
                        heartbeats,
                        verify,
                        nakack,
                        unicast,
                        new STABLE().setDesiredAverageGossip(50_000).setMaxBytes(4_000_000),
                        gms,
                        new FRAG2().setFragSize(FRAGMENT))
                .name(settings.node());
        channel.setReceiver(receiver);
        GroupStack stack = new GroupStack(channel, transport, heartbeats, verify, search);
        stack.retime(timing, timing);
        return stack;
    }

    /** From now on heartbeats are sent as often as the one says, and a silent member is given up as the other says. */
    void retime(Timing sending, Timing waiting) {
        heartbeats.retime(waiting.timeout().toMillis(), sending.interval().toMillis());
        verify.setTimeout(waiting.verify().toMillis());
        // It searches every merge/2 to merge*3/2 and compares what it found every merge*1.6. Least never above most.
        long most = waiting.merge().toMillis();
        if (most > search.getMaxInterval()) {
            search.setMaxInterval(most).setMinInterval(most / 2);
        } else {
            search.setMinInterval(most / 2).setMaxInterval(most);
        }
    }

    /** Joins the members found, or founds a group; blocks for a second or a few. */
    void connect() throws Exception {
        channel.connect(CLUSTER);
    }
}
