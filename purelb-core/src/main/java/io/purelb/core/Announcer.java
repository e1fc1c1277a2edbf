package io.purelb.core;

import io.purelb.core.AgentMessage.Kind;
import io.purelb.core.LocalAddress.Phase;
import io.purelb.core.LocalAddress.Said;
import io.purelb.core.LocalAddress.Word;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

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
    private final NavigableMap<IpAddress, LocalAddress> addresses = new TreeMap<>();
    private final Map<IpAddress, InterfaceAddress> there = new HashMap<>();
    /** What was offered to this node lately, oldest first; perhaps before it knew that it should have it. */
    private final Map<IpAddress, Said> offers = new LinkedHashMap<>();

    private final Deadlines deadlines = new Deadlines();
    private final OfferQueue offering = new OfferQueue(OFFERED_AT_ONCE);
    private Step next = Step.nothing();
    private boolean ask = true;
    private boolean keep = true;
    private boolean acts;
    private long keepUntil = Long.MAX_VALUE;

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
        private static Step nothing() {
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
    }

    /** Whether the LAN is asked at all; when not, this node may have at once what it should have. */
    public void asking(long now, boolean asks) {
        if (ask && !asks) {
            addresses.values().stream()
                    .filter(state -> state.phase == Phase.CLAIMING)
                    .forEach(state -> deadlines.set(state, now));
        }
        ask = asks;
    }

    /** The hardware addresses of this node's local interfaces. */
    public void ownMacs(Collection<String> macs) {
        others.ownMacs(macs);
    }

    /** The live agents. Plans that differ because of them come by {@link #plan}. */
    public void membership(long now, Membership members) {
        others.membership(now, members);
    }

    /** This node is going: what nobody is ready for by then is given up all the same. */
    public void leave(long latest) {
        keepUntil = latest;
        addresses.values().stream()
                .filter(state -> state.phase == Phase.OFFERING)
                .forEach(state -> deadlines.set(state, Math.min(state.dueAt, latest)));
    }

    /** Where this node may have an address now; empty for nowhere. */
    public Optional<InterfaceAddress> mayHave(IpAddress address) {
        return Optional.ofNullable(addresses.get(address)).flatMap(LocalAddress::mayHave);
    }

    /** Where this node may have local addresses now. */
    public SortedMap<IpAddress, InterfaceAddress> mayHave() {
        SortedMap<IpAddress, InterfaceAddress> all = new TreeMap<>();
        addresses.values().forEach(state -> state.mayHave().ifPresent(where -> all.put(state.address, where)));
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
        change(address, state -> {
            state.there = where;
            if (state.phase == Phase.HAVING) {
                deadlines.set(state, state.inPlace() ? Long.MAX_VALUE : Math.min(state.dueAt, now + MISSING));
            } else if (state.place.isEmpty() && where.isEmpty()) {
                drop(state);
            }
        });
    }

    /** Whether this node may keep what another one should have until that one is ready: not without a link. */
    public void keeping(boolean keeps) {
        if (keep && !keeps) {
            addresses.values().stream()
                    .filter(state -> state.phase == Phase.OFFERING)
                    .toList()
                    .forEach(state -> change(state.address, this::give));
        }
        keep = keeps;
    }

    /** What is to be done about a local address is this now. */
    public void plan(long now, AddressPlan plan) {
        IpAddress address = plan.address();
        Optional<String> winner = plan.winner().filter(name -> !name.equals(node));
        LocalAddress known = addresses.get(address);
        if (known == null
                ? plan.placement().isEmpty() && !there.containsKey(address)
                : known.isAsPlanned(plan.placement(), winner)) {
            return;
        }
        addresses.computeIfAbsent(address, this::newState);
        change(address, state -> {
            stopOffering(state);
            boolean sameInterface = state.isPlacedLike(plan.placement());
            state.place = plan.placement();
            state.winner = winner;
            if (state.place.isPresent()) {
                win(now, state, sameInterface);
            } else {
                lose(now, state);
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
        change(address, state -> drop(state));
    }

    private void win(long now, LocalAddress state, boolean sameInterface) {
        state.awaitedBy = Optional.empty();
        boolean yields = state.phase == Phase.CLAIMING && sameInterface;
        if (!ask || (state.inPlace() && !yields)) {
            grant(now, state);
        } else if (!yields && !(state.phase == Phase.HAVING && sameInterface)) {
            claim(now, state);
        }
    }

    private void lose(long now, LocalAddress state) {
        boolean had = state.phase != Phase.CLAIMING && state.phase != Phase.GIVING;
        if (state.there.isEmpty()) {
            drop(state);
        } else if (had && keep && state.winner.isPresent()) {
            state.phase = Phase.OFFERING;
            deadlines.set(state, Math.min(now + OFFER_AGAIN, keepUntil));
            if (offering.enter(state.winner.get(), state.address)) {
                say(state.winner.get(), Kind.OFFERED, state.address);
            }
        } else {
            give(state);
        }
    }

    /** The kernel does not have an address any more that this node was not to have; returns what to say now. */
    public Optional<AgentMessage> gone(long now, IpAddress address) {
        Optional<String> awaitedBy = Optional.ofNullable(addresses.get(address)).flatMap(state -> state.awaitedBy);
        there(now, address, Optional.empty());
        return awaitedBy.map(other -> AgentMessage.to(other, Kind.RELEASED, address));
    }

    /** A probe of the last step did not go out. */
    public void unsent(long now, IpAddress address) {
        change(address, state -> {
            if (state.phase == Phase.CLAIMING) {
                state.probing.again(now);
                deadlines.set(state, state.probing.dueAt());
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
            case OFFERED -> offered(now, other, address);
            case WANTED ->
                change(address, state -> {
                    if (state.phase == Phase.OFFERING && others.isLive(other)) {
                        state.awaitedBy = Optional.of(other);
                        give(state);
                    }
                });
            case RELEASED ->
                change(address, state -> {
                    if (state.phase == Phase.CLAIMING && isTrusted(now, other, state)) {
                        grant(now, state);
                    }
                });
            case WHO_HOLDS -> {
                LocalAddress state = addresses.get(address);
                if (acts && !there.containsKey(address) && (state == null || state.place.isEmpty())) {
                    say(other, Kind.DOES_NOT_HOLD, address);
                }
            }
            case DOES_NOT_HOLD ->
                change(address, state -> {
                    state.words.computeIfPresent(other, (name, word) -> new Word(word.askedAt(), true));
                    state.probing.disregard(mac -> others.nodeOf(mac).equals(Optional.of(other)));
                });
        }
    }

    private void offered(long now, String other, IpAddress address) {
        offers.remove(address);
        for (var oldest = offers.values().iterator();
                oldest.hasNext() && now - oldest.next().at() > WORD_COUNTS; ) {
            oldest.remove();
        }
        offers.put(address, new Said(other, now));
        change(address, state -> {
            if (state.phase == Phase.CLAIMING || (state.phase == Phase.HAVING && state.inPlace())) {
                want(now, state, other);
            } else if (state.phase == Phase.OFFERING && others.outranks(other, address)) {
                // Both have it, and neither should.
                give(state);
            }
        });
    }

    /**
     * Only soon after it was wanted, and when nobody else answers too: later somebody else may have asked the LAN for the address and found it free. A
     * message can be read late, when this agent did not run for some time.
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
        change(address, state -> {
            Optional<String> other = others.nodeOf(mac);
            if (state.phase == Phase.CLAIMING) {
                heardWhileClaiming(now, state, mac, asking);
            } else if (asking) {
                // The kernel answers.
                return;
            } else if (state.phase == Phase.HAVING) {
                other.ifPresentOrElse(name -> heardWhileHaving(now, state, name, mac), () -> defend(now, state, mac));
            } else if (state.phase == Phase.OFFERING
                    && other.filter(name -> state.winner.equals(Optional.of(name)) || others.outranks(name, address))
                            .isPresent()) {
                give(state);
            }
        });
    }

    private void heardWhileClaiming(long now, LocalAddress state, String mac, boolean asking) {
        if (asking) {
            Optional<String> other = others.nodeOf(mac);
            if (other.isEmpty()) {
                state.probing.strangerAsks(now, others.isFirst(mac));
            } else if (other.filter(name -> others.outranks(name, state.address))
                    .isPresent()) {
                state.probing.answered(now, mac);
            }
        } else {
            Optional<String> live = others.nodeOf(mac).filter(others::isLive);
            if (live.isPresent() && saidNotToHave(now, state, live.get())) {
                return;
            }
            state.probing.answered(now, mac);
        }
        report(now, state);
        deadlines.set(state, state.probing.dueAt());
    }

    /** A live agent's kernel may answer for addresses that it does not announce; it is asked, and says so. */
    private boolean saidNotToHave(long now, LocalAddress state, String other) {
        Word word = state.words.get(other);
        if (word != null && word.notHeld() && now - word.askedAt() <= WORD_COUNTS) {
            return true;
        }
        if (word == null || now - word.askedAt() > ASK_AGAIN) {
            state.words.put(other, new Word(now, false));
            say(other, Kind.WHO_HOLDS, state.address);
        }
        return false;
    }

    private void heardWhileHaving(long now, LocalAddress state, String other, String mac) {
        if (others.isLive(other)) {
            // The group settles it.
            return;
        }
        if (others.outranks(other, state.address)) {
            guard.back(other, addresses.size());
            claim(now, state);
            state.probing.answered(now, mac);
            deadlines.set(state, state.probing.dueAt());
        } else {
            defend(now, state, mac);
        }
    }

    private void defend(long now, LocalAddress state, String mac) {
        if (state.there.isEmpty()
                || state.defendedAt.filter(at -> now - at < DEFEND_AGAIN).isPresent()) {
            return;
        }
        state.defendedAt = Optional.of(now);
        next.defended().add(state.there.get());
        if (others.nodeOf(mac).isEmpty()) {
            next.conflicts().add(new Conflict(state.address, mac, Optional.empty(), true));
        }
    }

    /** Moves on to this time, and says what to do because of it and of all that happened since the last step. */
    public Step step(long now) {
        acts = true;
        for (Optional<LocalAddress> due = deadlines.poll(now); due.isPresent(); due = deadlines.poll(now)) {
            change(due.get().address, state -> due(now, state));
        }
        long guardAt = guard.step(now, others, addresses, next.probes()::add);
        Step done = next;
        next = Step.nothing();
        return new Step(
                done.changed(),
                done.messages(),
                done.probes(),
                done.defended(),
                done.conflicts(),
                Math.min(guardAt, deadlines.nextAt()));
    }

    private void due(long now, LocalAddress state) {
        switch (state.phase) {
            case CLAIMING -> advance(now, state);
            case HAVING -> claim(now, state);
            case OFFERING -> {
                if (now >= keepUntil) {
                    give(state);
                } else {
                    offerAgain(now, state);
                }
            }
            case NEW, GIVING -> {
                // Nothing but the kernel is awaited.
            }
        }
    }

    private void advance(long now, LocalAddress state) {
        report(now, state);
        Probing.Next what = ask ? state.probing.advance(now) : Probing.Next.FREE;
        if (what == Probing.Next.FREE) {
            grant(now, state);
            return;
        }
        if (what == Probing.Next.PROBE) {
            next.probes().add(state.place.orElseThrow());
        }
        deadlines.set(state, state.probing.dueAt());
    }

    private void report(long now, LocalAddress state) {
        state.probing
                .conflict(now)
                .ifPresent(mac -> next.conflicts().add(new Conflict(state.address, mac, others.nodeOf(mac), false)));
    }

    /** To all this time: another one may have it too. */
    private void offerAgain(long now, LocalAddress state) {
        if (offering.isOffered(state.winner.orElseThrow(), state.address)) {
            next.messages().add(AgentMessage.toAll(Kind.OFFERED, state.address));
            next.probes().add(state.there.orElseThrow());
        }
        deadlines.set(state, Math.min(now + OFFER_AGAIN, keepUntil));
    }

    private void claim(long now, LocalAddress state) {
        state.phase = Phase.CLAIMING;
        state.probing = new Probing();
        state.words.clear();
        deadlines.set(state, now);
        Said offer = offers.get(state.address);
        if (offer != null && now - offer.at() <= WORD_COUNTS) {
            want(now, state, offer.node());
        }
    }

    private void grant(long now, LocalAddress state) {
        state.phase = Phase.HAVING;
        state.wanted = Optional.empty();
        deadlines.set(state, state.inPlace() ? Long.MAX_VALUE : now + MISSING);
    }

    private void want(long now, LocalAddress state, String holder) {
        state.wanted = Optional.of(new Said(holder, now));
        say(holder, Kind.WANTED, state.address);
    }

    private void give(LocalAddress state) {
        stopOffering(state);
        state.phase = Phase.GIVING;
        deadlines.set(state, Long.MAX_VALUE);
    }

    private void drop(LocalAddress state) {
        stopOffering(state);
        deadlines.set(state, Long.MAX_VALUE);
        addresses.remove(state.address);
    }

    private void stopOffering(LocalAddress state) {
        state.winner
                .flatMap(winner -> offering.leave(winner, state.address))
                .ifPresent(other -> say(addresses.get(other).winner.orElseThrow(), Kind.OFFERED, other));
    }

    private void say(String other, Kind kind, IpAddress address) {
        next.messages().add(AgentMessage.to(other, kind, address));
    }

    /** Changes the state of an address, if there is one, and notes whether this node may have it still. */
    private void change(IpAddress address, Consumer<LocalAddress> what) {
        LocalAddress state = addresses.get(address);
        if (state == null) {
            return;
        }
        Optional<InterfaceAddress> before = state.mayHave();
        what.accept(state);
        if (!before.equals(addresses.containsKey(address) ? state.mayHave() : Optional.empty())) {
            next.changed().add(address);
        }
    }
}
