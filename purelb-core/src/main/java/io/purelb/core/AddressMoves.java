package io.purelb.core;

import io.purelb.core.AgentMessage.Kind;
import io.purelb.core.LocalAddress.Phase;
import io.purelb.core.LocalAddress.Said;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/** The addresses of an {@link Announcer}, how each goes from one phase to another, and what is to be done because of it. */
final class AddressMoves {
    final NavigableMap<IpAddress, LocalAddress> addresses = new TreeMap<>();
    final Deadlines deadlines = new Deadlines();
    boolean ask = true;
    /** The interfaces that have a link, once it is known. */
    Optional<Set<String>> linked = Optional.empty();

    /** Until when this node offers what it has; it goes then. {@link Long#MAX_VALUE} while it stays. */
    long offerUntil = Long.MAX_VALUE;
    /** What to do at the next step. */
    Announcer.Step next = Announcer.Step.nothing();

    private final OtherAgents others;
    private final OfferQueue offering = new OfferQueue(Announcer.OFFERED_AT_ONCE);
    /** What was offered to this node lately, oldest first; perhaps before it knew that it should have it. */
    private final Map<IpAddress, Said> offers = new LinkedHashMap<>();

    AddressMoves(OtherAgents others) {
        this.others = others;
    }

    /** Another agent offers an address. */
    void offered(long now, String other, IpAddress address) {
        offers.remove(address);
        for (var oldest = offers.values().iterator();
                oldest.hasNext() && now - oldest.next().at() > Announcer.WORD_COUNTS; ) {
            oldest.remove();
        }
        offers.put(address, new Said(other, now));
        change(address, state -> {
            if (state.phase == Phase.CLAIMING || (state.phase == Phase.HAVING && state.inPlace())) {
                want(now, state, other);
            } else if ((state.phase == Phase.OFFERING || state.phase == Phase.KEEPING)
                    && others.outranks(other, address)) {
                // Both have it, and neither should.
                give(state);
            }
        });
    }

    void win(long now, LocalAddress state, boolean sameInterface) {
        state.awaitedBy = Optional.empty();
        boolean yields = state.phase == Phase.CLAIMING && sameInterface;
        if (!ask || (state.inPlace() && !yields)) {
            grant(now, state);
        } else if (!yields && !(state.phase == Phase.HAVING && sameInterface)) {
            claim(now, state);
        }
    }

    void lose(long now, LocalAddress state) {
        boolean had = state.phase != Phase.CLAIMING && state.phase != Phase.GIVING;
        if (state.there.isEmpty()) {
            drop(state);
        } else if (!had || !mayKeep(state)) {
            give(state);
        } else if (state.winner.isPresent() && now < offerUntil) {
            state.phase = Phase.OFFERING;
            deadlines.set(state, Math.min(now + Announcer.OFFER_AGAIN, offerUntil));
            if (offering.enter(state.winner.get(), state.address)) {
                say(state.winner.get(), Kind.OFFERED, state.address);
            }
        } else if (isLeaving()) {
            keepOn(state);
        } else {
            give(state);
        }
    }

    boolean isLeaving() {
        return offerUntil < Long.MAX_VALUE;
    }

    /**
     * Whether this node, on its way out, takes an address all the same: its former holder may have given it up already,
     * because this node said that it is ready, and whoever comes next may be on its way out too.
     */
    boolean keepsWord(long now, LocalAddress state, AddressPlan plan) {
        state.promised = isLeaving()
                && plan.placement().isEmpty()
                && state.there.isEmpty()
                && (state.arriving || (state.phase == Phase.CLAIMING && isWanted(now, state)));
        return state.promised;
    }

    private static boolean isWanted(long now, LocalAddress state) {
        return state.wanted
                .filter(said -> now - said.at() <= Announcer.WORD_COUNTS)
                .isPresent();
    }

    /** Whether another node may still come to have this, or this node, before it goes. */
    boolean isOnTheMove(long now, LocalAddress state) {
        return state.phase == Phase.OFFERING
                || state.phase == Phase.GIVING
                || (state.promised && (state.arriving || isWanted(now, state)));
    }

    /** Without a link nobody is served, and two would answer when the link returns. */
    boolean mayKeep(LocalAddress state) {
        return linked.isEmpty()
                || state.there
                        .filter(where -> linked.get().contains(where.interfaceName()))
                        .isPresent();
    }

    void due(long now, LocalAddress state) {
        switch (state.phase) {
            case CLAIMING -> {
                if (state.promised && !isWanted(now, state)) {
                    drop(state);
                } else {
                    advance(now, state);
                }
            }
            case HAVING -> claim(now, state);
            case OFFERING -> {
                if (now >= offerUntil) {
                    keepOn(state);
                } else {
                    offerAgain(now, state);
                }
            }
            case NEW, GIVING, KEEPING -> {
                // Nothing but the kernel, or the end, is awaited.
            }
        }
    }

    void advance(long now, LocalAddress state) {
        report(now, state);
        Probing.Next what = ask ? state.probing.advance(now) : Probing.Next.FREE;
        if (what == Probing.Next.FREE) {
            grant(now, state);
            return;
        }
        if (what == Probing.Next.PROBE) {
            deadlines.ask(state);
        } else {
            deadlines.set(state, state.probing.dueAt());
        }
    }

    /** Asks the LAN for what may be asked now. */
    void ask(long now) {
        for (Optional<LocalAddress> turn = deadlines.pollQuestion(now);
                turn.isPresent();
                turn = deadlines.pollQuestion(now)) {
            LocalAddress state = turn.get();
            state.probing.asked(now);
            next.probes().add(state.place.orElseThrow());
            deadlines.set(state, state.probing.dueAt());
        }
    }

    void report(long now, LocalAddress state) {
        state.probing
                .conflict(
                        now,
                        mac -> others.nodeOf(mac)
                                .filter(other -> !others.isLive(other))
                                .isPresent())
                .ifPresent(mac ->
                        next.conflicts().add(new Announcer.Conflict(state.address, mac, others.nodeOf(mac), false)));
    }

    /** To all this time: another one may have it too. */
    void offerAgain(long now, LocalAddress state) {
        if (offering.isOffered(state.winner.orElseThrow(), state.address)) {
            next.messages().add(AgentMessage.toAll(Kind.OFFERED, state.address));
            next.probes().add(state.there.orElseThrow());
        }
        deadlines.set(state, Math.min(now + Announcer.OFFER_AGAIN, offerUntil));
    }

    void claim(long now, LocalAddress state) {
        state.phase = Phase.CLAIMING;
        state.arriving = false;
        state.probing = new Probing();
        state.words.clear();
        deadlines.set(state, now);
        Said offer = offers.get(state.address);
        if (offer != null && now - offer.at() <= Announcer.WORD_COUNTS) {
            want(now, state, offer.node());
        }
    }

    void grant(long now, LocalAddress state) {
        state.phase = Phase.HAVING;
        state.arriving = state.there.isEmpty();
        state.wanted = Optional.empty();
        deadlines.set(state, state.inPlace() ? Long.MAX_VALUE : now + Announcer.MISSING);
    }

    void want(long now, LocalAddress state, String holder) {
        state.wanted = Optional.of(new Said(holder, now));
        say(holder, Kind.WANTED, state.address);
    }

    void give(LocalAddress state) {
        stopOffering(state);
        state.phase = Phase.GIVING;
        deadlines.set(state, Long.MAX_VALUE);
    }

    private void keepOn(LocalAddress state) {
        stopOffering(state);
        state.phase = Phase.KEEPING;
        deadlines.set(state, Long.MAX_VALUE);
    }

    void drop(LocalAddress state) {
        stopOffering(state);
        deadlines.set(state, Long.MAX_VALUE);
        addresses.remove(state.address);
    }

    void stopOffering(LocalAddress state) {
        state.winner
                .flatMap(winner -> offering.leave(winner, state.address))
                .ifPresent(other -> say(addresses.get(other).winner.orElseThrow(), Kind.OFFERED, other));
    }

    void say(String other, Kind kind, IpAddress address) {
        next.messages().add(AgentMessage.to(other, kind, address));
    }

    /** Changes the state of an address, if there is one, and notes whether this node may have it still. */
    void change(IpAddress address, Consumer<LocalAddress> what) {
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
