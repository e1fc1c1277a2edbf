package io.purelb.election;

import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jspecify.annotations.Nullable;

/**
 * This node's place in the group of node agents. A member is in the {@link Membership} while it is in the view and what it
 * publishes has arrived; suspects stay until a view without them. One thread, the group's own, keeps the state and calls
 * the listener; JGroups' threads only hand over to it. All methods may be called from any thread.
 */
public final class Group implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Group.class.getName());

    /** First byte of what members send each other; other values are from later versions. */
    private static final byte MEMBER = 1;

    private static final byte MESSAGE = 2;
    private static final byte PACE = 3;
    private static final int LAST_WORDS_MS = 200;
    private static final long NOT_ASKED = Long.MIN_VALUE;
    /** Members remembered at most, the former ones included. */
    private static final int MOST_NAMES = 1000;

    /** Guards the settings' secrets and those of the transport, which change together. */
    private final Object rotation = new Object();

    private volatile GroupSettings settings;
    private final GroupListener listener;
    private final AtomicReference<Set<InetAddress>> peers = new AtomicReference<>(Set.of());
    private final ExecutorService loop;
    private volatile Membership membership = Membership.EMPTY;
    private final AtomicLong viewChanges = new AtomicLong();
    /** Since when the loop was asked whether it turns and has not answered. */
    private final AtomicLong asked = new AtomicLong(NOT_ASKED);

    private volatile @Nullable GroupStack stack;
    private volatile Timing waiting;

    // The rest belongs to the loop.
    /**
     * What members say of themselves, the former ones included: one that comes back with the next view may have said it
     * before that view arrived here, and says it once.
     */
    private final Map<Address, Member> published = new Recent<>(MOST_NAMES);
    /** The node names of all that have ever published: a member's last words may come after its leave. */
    private final Map<Address, String> names = new Recent<>(MOST_NAMES);

    private final Pace<Address> pace;
    private Timing told;
    /** Whether the loop will look at the pace by itself; one look ahead is enough. */
    private boolean paceDue;

    private List<Address> view = List.of();
    private @Nullable Member self;
    private byte[] selfEncoded = {};

    public Group(GroupSettings settings, GroupListener listener) {
        this(settings, listener, Timing::forMembers);
    }

    /** @param timings how soon a silent member is given up, by the number of members */
    Group(GroupSettings settings, GroupListener listener, IntFunction<Timing> timings) {
        this.pace = new Pace<>(timings);
        this.told = pace.announced();
        this.waiting = told;
        this.settings = settings;
        this.listener = listener;
        this.loop = GroupThreads.single("election-" + settings.node());
    }

    /**
     * Joins the peers' group, or founds one when no peer answers within a second; blocks meanwhile. To be called once.
     *
     * @throws ElectionStartException when the port is in use, the address is not this host's, or anything else fails
     */
    public void start() {
        if (settings.secrets().isEmpty()) {
            LOG.log(System.Logger.Level.WARNING, "no group secret: the election group runs unauthenticated");
        }
        GroupStack starting = null;
        try {
            synchronized (rotation) {
                starting = GroupStack.create(settings, waiting, peers, new HandOver());
                stack = starting;
            }
            starting.connect();
            loop.execute(this::keepPace);
        } catch (Exception e) {
            if (starting != null) {
                starting.channel().close();
            }
            throw ElectionStartException.of(settings, e);
        }
    }

    /**
     * The addresses of the nodes to look for, this one's allowed. Replaces the earlier ones; a member that is not among
     * them stays a member. They are searched for members at start and for ever after, without hurry those where none was
     * ever heard. Those of the other family than this member's own do not count: it cannot reach them, and they belong to
     * nodes that have one of this family too.
     */
    public void peers(Collection<InetAddress> addresses) {
        peers.set(addresses.stream()
                .filter(address -> address.getClass() == settings.address().getClass())
                .collect(Collectors.toUnmodifiableSet()));
    }

    /** How long a member may be silent now. */
    Timing waiting() {
        return waiting;
    }

    private void keepPace() {
        GroupStack started = stack;
        if (started == null) {
            return;
        }
        long now = System.nanoTime();
        pace.step(now);
        if (!pace.announced().equals(told)) {
            told = pace.announced();
            sendTo(view, PACE, told.encode());
        }
        waiting = pace.waiting();
        started.retime(pace.sending(), waiting);
        if (!paceDue) {
            pace.untilNext(now).ifPresent(time -> {
                paceDue = true;
                CompletableFuture.delayedExecutor(time.toNanos(), TimeUnit.NANOSECONDS, loop)
                        .execute(() -> {
                            paceDue = false;
                            keepPace();
                        });
            });
        }
    }

    /**
     * From now on these secrets count in place of the settings': the first seals, any opens. Members whose secrets differ
     * stay together as long as each one's first is among the other's. Takes some 50 ms for each.
     *
     * @throws IllegalArgumentException when a secret is empty, when there is none, or when the group began without any
     */
    public void secrets(List<byte[]> secrets) {
        synchronized (rotation) {
            if (secrets.isEmpty() || settings.secrets().isEmpty()) {
                throw new IllegalArgumentException("a group with secrets cannot be made one without, nor the reverse");
            }
            settings = settings.withSecrets(secrets);
            GroupStack started = stack;
            if (started != null) {
                started.transport().secrets(secrets);
            }
        }
    }

    /**
     * What this node says of itself. Sent to every member now, and to those that come later; to repeat it is harmless.
     *
     * @throws IllegalArgumentException when the member has another node name than this group's settings, or a text in
     *     it is longer than 65535 bytes
     */
    public void publish(Member member) {
        if (!member.node().equals(settings.node())) {
            throw new IllegalArgumentException(settings.node() + " cannot publish for " + member.node());
        }
        byte[] encoded = MemberCodec.encode(member);
        loop.execute(() -> {
            self = member;
            selfEncoded = encoded;
            sendTo(view, MEMBER, encoded);
            refresh();
        });
    }

    /**
     * Sends a small message, less than 50 kB, to all other members of this moment; it is lost only with its receiver. Who
     * has published nothing is not heard.
     */
    public void send(byte[] message) {
        byte[] copy = message.clone();
        loop.execute(() -> sendTo(view, MESSAGE, copy));
    }

    /** Sends a small message to one member, by its node's name; to nobody when it is not a member. */
    public void send(String node, byte[] message) {
        byte[] copy = message.clone();
        loop.execute(() -> sendTo(
                view.stream().filter(address -> node.equals(names.get(address))).toList(), MESSAGE, copy));
    }

    /**
     * Whether the group's own thread turns: nothing that it was given waits for longer than {@code limit}. To be asked
     * again and again.
     */
    public boolean turns(Duration limit) {
        long now = System.nanoTime();
        long since = asked.get();
        if (since == NOT_ASKED) {
            asked.set(now);
            loop.execute(() -> asked.set(NOT_ASKED));
            return true;
        }
        return loop.isShutdown() || now - since < limit.toNanos();
    }

    /** The latest membership; empty before the start and after the end. */
    public Membership membership() {
        return membership;
    }

    public GroupCounters counters() {
        GroupStack started = stack;
        return new GroupCounters(
                viewChanges.get(), started == null ? 0 : started.transport().refused());
    }

    /**
     * Leaves, so that the others know at once, after what was published and sent before; takes at most a second. The
     * listener hears nothing more.
     */
    @Override
    public void close() {
        loop.shutdown();
        try {
            if (!loop.awaitTermination(LAST_WORDS_MS, TimeUnit.MILLISECONDS)) {
                LOG.log(System.Logger.Level.WARNING, "leaving the election group with messages unsent");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        GroupStack started = stack;
        if (started != null) {
            started.channel().close();
        }
        membership = Membership.EMPTY;
    }

    /** Called by JGroups' threads. */
    private final class HandOver implements Receiver {
        @Override
        public void viewAccepted(View accepted) {
            GroupThreads.endOnError(() -> loop.execute(() -> viewChanged(accepted)));
        }

        @Override
        public void receive(Message message) {
            if (message.hasArray() && message.getLength() > 0) {
                GroupThreads.endOnError(() -> handOver(message));
            }
        }
    }

    private void handOver(Message message) {
        Address sender = message.getSrc();
        ByteBuffer content = ByteBuffer.allocate(message.getLength());
        content.put(message.getArray(), message.getOffset(), message.getLength())
                .flip();
        loop.execute(() -> received(sender, content));
    }

    private void viewChanged(View accepted) {
        List<Address> before = view;
        view = List.copyOf(accepted.getMembers());
        viewChanges.incrementAndGet();
        // After a merge, members that were here all along may have dropped this one meanwhile: tell everybody.
        List<Address> newcomers = new ArrayList<>(view);
        if (!(accepted instanceof MergeView)) {
            newcomers.removeAll(before);
        }
        List<Address> others = new ArrayList<>(view);
        others.remove(ownAddress());
        pace.members(others, System.nanoTime());
        keepPace();
        sendTo(newcomers, PACE, told.encode());
        if (self != null) {
            sendTo(newcomers, MEMBER, selfEncoded);
        }
        refresh();
    }

    private void received(Address sender, ByteBuffer content) {
        byte kind = content.get();
        if (kind == MEMBER) {
            // Kept even when the sender's view has not come yet.
            MemberCodec.decode(content)
                    .ifPresentOrElse(
                            member -> {
                                published.put(sender, member);
                                names.put(sender, member.node());
                            },
                            () -> LOG.log(System.Logger.Level.WARNING, "{0} publishes what is not understood", sender));
            refresh();
        } else if (kind == MESSAGE) {
            String node = names.get(sender);
            if (node != null) {
                byte[] message = new byte[content.remaining()];
                content.get(message);
                tell(() -> listener.messageReceived(node, message));
            }
        } else if (kind == PACE) {
            Timing.decode(content).ifPresent(timing -> {
                pace.told(sender, timing);
                keepPace();
            });
        }
    }

    private void refresh() {
        Map<String, Member> byNode = new TreeMap<>();
        Address own = ownAddress();
        for (Address address : view) {
            Member member = address.equals(own) ? self : published.get(address);
            if (member != null) {
                // A restarted agent may be in the view beside its former self, which came first.
                byNode.put(member.node(), member);
            }
        }
        Membership now = new Membership(List.copyOf(byNode.values()));
        if (!now.equals(membership)) {
            membership = now;
            tell(() -> listener.membershipChanged(now));
        }
    }

    private void tell(Runnable call) {
        if (loop.isShutdown()) {
            return;
        }
        try {
            call.run();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "the election's listener failed", e);
        }
    }

    private void sendTo(List<Address> receivers, byte kind, byte[] content) {
        GroupStack started = stack;
        if (started == null) {
            return;
        }
        byte[] bytes =
                ByteBuffer.allocate(1 + content.length).put(kind).put(content).array();
        Address own = ownAddress();
        for (Address receiver : receivers) {
            if (!receiver.equals(own)) {
                try {
                    started.channel().send(new BytesMessage(receiver, bytes));
                } catch (Exception e) {
                    // Only a closed channel refuses; delivery is JGroups' own matter.
                    LOG.log(System.Logger.Level.DEBUG, () -> "not sent to " + receiver, e);
                }
            }
        }
    }

    private @Nullable Address ownAddress() {
        GroupStack started = stack;
        return started == null ? null : started.channel().getAddress();
    }
}
