package io.purelb.core;

import io.purelb.core.AgentMessage.Kind;
import io.purelb.core.LocalAddress.Phase;
import io.purelb.core.LocalAddress.Word;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How one node comes to have the local addresses that it should have, and gets rid of the others, so that never two
 * hosts answer for one: it asks the LAN before it claims, hands over to a live agent that is ready, and yields to a better
 * one that it does not see in the group. What happens goes in by the other methods; {@link #step} says what to do about
 * it. One thread owns it; time arrives as milliseconds of a monotonic clock.
 */
public final class Announcer {
    /** How long after this node wanted an address the release of it counts: less than anybody needs to claim it. */
    static final long RELEASE_COUNTS = 100;
    /** How long after this node asked for it the word of another agent counts. */
    static final long WORD_COUNTS = 1_000;
    /** How often another agent is asked whether it has an address that it answers for. */
    static final long ASK_AGAIN = 100;
    /** How often an address is offered that nobody is ready for; how often it is asked whether somebody has it. */
    static final long OFFER_AGAIN = 500;
    /** Addresses offered to one node at a time: a release has to follow soon after it was wanted. */
    static final int OFFERED_AT_ONCE = 200;
    /** How long an address that this node may have can be missing before the LAN is asked again. */
    static final long MISSING = 1_000;
    /** How often an address is defended against a host that claims it too (RFC 5227 section 2.4). */
    static final long DEFEND_AGAIN = 10_000;

    private final String node;
    private final OtherAgents others;
    private final Guard guard = new Guard();
    private final AddressMoves moves;
    private final LanTalk lanTalk;
    /** Where the kernel has which addresses, planned or not. */
    private final Map<IpAddress, InterfaceAddress> there = new HashMap<>();

    private boolean acts;

    /**
     * An address that another host has too, or has answered for too long.
     *
     * @param mac the hardware address of that host
     * @param node the node that has it, if an agent ever ran there
     * @param held whether this node has the address
     */
    public record Conflict(IpAddress address, String mac, Optional<String> node, boolean held) {}

    /**
     * What to do now.
     *
     * @param changed addresses for which {@link #mayHave} changed
     * @param messages what to say to other agents
     * @param probes what to ask the LAN about
     * @param defended what to announce on the LAN once more
     * @param conflicts addresses that turned out to be used by another host
     * @param wakeAt when to call again at the latest; {@link Long#MAX_VALUE} when only events matter
     */
    public record Step(
            Collection<IpAddress> changed,
            List<AgentMessage> messages,
            List<InterfaceAddress> probes,
            List<InterfaceAddress> defended,
            List<Conflict> conflicts,
            long wakeAt) {
        static Step nothing() {
            return new Step(
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    new ArrayList<>(),
                    Long.MAX_VALUE);
        }
    }

    public Announcer(String node) {
        this.node = node;
        this.others = new OtherAgents(node);
        this.moves = new AddressMoves(others);
        this.lanTalk = new LanTalk(others, moves, guard);
    }

    /** Whether the LAN is asked at all; when not, this node may have at once what it should have. */
    public void asking(long now, boolean asks) {
        if (moves.ask && !asks) {
            moves.addresses.values().stream()
                    .filter(state -> state.phase == Phase.CLAIMING)
                    .forEach(state -> moves.deadlines.set(state, now));
        }
        moves.ask = asks;
    }

    /** The hardware addresses of this node's local interfaces. */
    public void ownMacs(Collection<String> macs) {
        others.ownMacs(macs);
    }

    /** The live agents. Plans that differ because of them come by {@link #plan}. */
    public void membership(long now, Membership members) {
        others.membership(now, members);
    }

    /**
     * This node's agent is going: it offers what it has until then. What no other node can have, or nobody was ready for,
     * stays: the kernel answers for it until an agent is back.
     */
    public void leave(long latest) {
        moves.offerUntil = latest;
        moves.addresses.values().stream()
                .filter(state -> state.phase == Phase.OFFERING)
                .forEach(state -> moves.deadlines.set(state, Math.min(state.dueAt, latest)));
    }

    /** Whether an address is still being handed over, after {@link #leave}. */
    public boolean handsOver(long now) {
        return moves.addresses.values().stream().anyMatch(state -> moves.isOnTheMove(now, state));
    }

    /** Where this node may have an address now; empty for nowhere. */
    public Optional<InterfaceAddress> mayHave(IpAddress address) {
        return Optional.ofNullable(moves.addresses.get(address)).flatMap(LocalAddress::mayHave);
    }

    /** Where this node may have local addresses now. */
    public SortedMap<IpAddress, InterfaceAddress> mayHave() {
        SortedMap<IpAddress, InterfaceAddress> all = new TreeMap<>();
        moves.addresses.values().forEach(state -> state.mayHave().ifPresent(where -> all.put(state.address, where)));
        return all;
    }

    /**
     * The kernel has an address on a local interface now, or has not any more. To be told before the plan of an address
     * that is there already, which is adopted.
     */
    public void there(long now, IpAddress address, Optional<InterfaceAddress> where) {
        if (where.equals(Optional.ofNullable(there.get(address)))) {
            return;
        }
        where.ifPresentOrElse(found -> there.put(address, found), () -> there.remove(address));
        moves.change(address, state -> {
            state.there = where;
            state.arriving &= where.isEmpty();
            if (state.phase == Phase.HAVING) {
                moves.deadlines.set(state, state.inPlace() ? Long.MAX_VALUE : Math.min(state.dueAt, now + MISSING));
            } else if (state.place.isEmpty() && where.isEmpty()) {
                moves.drop(state);
            }
        });
    }

    /** The interfaces that have a link: only there this node keeps what another one should have until that one is ready. */
    public void linked(Set<String> interfaces) {
        if (moves.linked.filter(interfaces::equals).isPresent()) {
            return;
        }
        moves.linked = Optional.of(Set.copyOf(interfaces));
        moves.addresses.values().stream()
                .filter(state ->
                        (state.phase == Phase.OFFERING || state.phase == Phase.KEEPING) && !moves.mayKeep(state))
                .toList()
                .forEach(state -> moves.change(state.address, moves::give));
    }

    /** What is to be done about a local address is this now. */
    public void plan(long now, AddressPlan plan) {
        IpAddress address = plan.address();
        Optional<String> winner = plan.winner().filter(name -> !name.equals(node));
        LocalAddress known = moves.addresses.get(address);
        if (known == null
                ? plan.placement().isEmpty() && !there.containsKey(address)
                : known.isAsPlanned(plan.placement(), winner)) {
            return;
        }
        moves.addresses.computeIfAbsent(address, this::newState);
        moves.change(address, state -> {
            if (moves.keepsWord(now, state, plan)) {
                return;
            }
            moves.stopOffering(state);
            boolean sameInterface = state.isPlacedLike(plan.placement());
            state.place = plan.placement();
            state.winner = winner;
            if (state.place.isPresent()) {
                moves.win(now, state, sameInterface);
            } else {
                moves.lose(now, state);
            }
        });
    }

    private LocalAddress newState(IpAddress address) {
        LocalAddress state = new LocalAddress(address);
        state.there = Optional.ofNullable(there.get(address));
        return state;
    }

    /** There is no local address of this name any more. */
    public void unplan(long now, IpAddress address) {
        moves.change(address, state -> moves.drop(state));
    }

    /** The kernel does not have an address any more that this node was not to have; returns what to say now. */
    public Optional<AgentMessage> gone(long now, IpAddress address) {
        Optional<String> awaitedBy =
                Optional.ofNullable(moves.addresses.get(address)).flatMap(state -> state.awaitedBy);
        there(now, address, Optional.empty());
        return awaitedBy.map(other -> AgentMessage.to(other, Kind.RELEASED, address));
    }

    /** A probe of the last step did not go out. */
    public void unsent(long now, IpAddress address) {
        moves.change(address, state -> {
            if (state.phase == Phase.CLAIMING) {
                state.probing.again(now);
                moves.deadlines.set(state, state.probing.dueAt());
            }
        });
    }

    /** Another agent says something to this one or to all. */
    public void said(long now, String other, AgentMessage message) {
        if (message.to().filter(to -> !to.equals(node)).isPresent()) {
            return;
        }
        IpAddress address = message.address();
        switch (message.kind()) {
            case OFFERED -> moves.offered(now, other, address);
            case WANTED ->
                moves.change(address, state -> {
                    if (state.phase == Phase.OFFERING && others.isLive(other)) {
                        state.awaitedBy = Optional.of(other);
                        moves.give(state);
                    }
                });
            case RELEASED ->
                moves.change(address, state -> {
                    if (state.phase == Phase.CLAIMING) {
                        if (isTrusted(now, other, state)) {
                            moves.grant(now, state);
                        } else {
                            state.probing.hurry(now);
                            moves.deadlines.set(state, state.probing.dueAt());
                        }
                    }
                });
            case WHO_HOLDS -> {
                LocalAddress state = moves.addresses.get(address);
                if (acts && !there.containsKey(address) && (state == null || state.place.isEmpty())) {
                    moves.say(other, Kind.DOES_NOT_HOLD, address);
                }
            }
            case DOES_NOT_HOLD ->
                moves.change(address, state -> {
                    state.words.computeIfPresent(other, (name, word) -> new Word(word.askedAt(), true));
                    state.probing.disregard(mac -> others.nodeOf(mac).equals(Optional.of(other)));
                });
        }
    }

    /**
     * Only soon after it was wanted, and when nobody else answers too: later somebody else may have asked the LAN for the
     * address and found it free. A message can be read late, when this agent did not run for some time.
     */
    private boolean isTrusted(long now, String other, LocalAddress state) {
        return state.wanted
                        .filter(wanted -> wanted.node().equals(other) && now - wanted.at() <= RELEASE_COUNTS)
                        .isPresent()
                && !state.probing.isContestedBy(now, mac -> !others.nodeOf(mac).equals(Optional.of(other)));
    }

    /**
     * Another host says something about an address on the LAN.
     *
     * @param mac its hardware address
     * @param asking whether it only asks for the address, as one that would like to claim it
     */
    public void heard(long now, IpAddress address, String mac, boolean asking) {
        if (others.isOwn(mac)) {
            return;
        }
        moves.change(address, state -> lanTalk.heard(now, state, mac, asking));
    }

    /** Moves on to this time, and says what to do because of it and of all that happened since the last step. */
    public Step step(long now) {
        acts = true;
        for (Optional<LocalAddress> due = moves.deadlines.poll(now); due.isPresent(); due = moves.deadlines.poll(now)) {
            moves.change(due.get().address, state -> moves.due(now, state));
        }
        moves.ask(now);
        long guardAt = guard.step(now, others, moves.addresses, moves.next.probes()::add);
        Step done = moves.next;
        moves.next = Step.nothing();
        return new Step(
                done.changed(),
                done.messages(),
                done.probes(),
                done.defended(),
                done.conflicts(),
                Math.min(guardAt, moves.deadlines.nextAt()));
    }
}
