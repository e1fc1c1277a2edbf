package io.purelb.core;

import io.purelb.core.AgentMessage.Kind;
import io.purelb.core.LocalAddress.Phase;
import io.purelb.core.LocalAddress.Word;
import java.util.Optional;

/** What an {@link Announcer} makes of what other hosts say on the LAN. */
final class LanTalk {
    private final OtherAgents others;
    private final AddressMoves moves;
    private final Guard guard;

    LanTalk(OtherAgents others, AddressMoves moves, Guard guard) {
        this.others = others;
        this.moves = moves;
        this.guard = guard;
    }

    void heard(long now, LocalAddress state, String mac, boolean asking) {
        if (state.phase == Phase.CLAIMING) {
            heardWhileClaiming(now, state, mac, asking);
        } else if (!asking) {
            // Who asks is answered by the kernel.
            Optional<String> other = others.nodeOf(mac);
            if (state.phase == Phase.HAVING) {
                other.ifPresentOrElse(name -> heardWhileHaving(now, state, name, mac), () -> defend(now, state, mac));
            } else if ((state.phase == Phase.OFFERING || state.phase == Phase.KEEPING)
                    && other.filter(name ->
                                    state.winner.equals(Optional.of(name)) || others.outranks(name, state.address))
                            .isPresent()) {
                moves.give(state);
            }
        }
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
        moves.report(now, state);
        moves.deadlines.set(state, state.probing.dueAt());
    }

    /** A live agent's kernel may answer for addresses that it does not announce; it is asked, and says so. */
    private boolean saidNotToHave(long now, LocalAddress state, String other) {
        Word word = state.words.get(other);
        if (word != null && word.notHeld() && now - word.askedAt() <= Announcer.WORD_COUNTS) {
            return true;
        }
        if (word == null || now - word.askedAt() > Announcer.ASK_AGAIN) {
            state.words.put(other, new Word(now, false));
            moves.say(other, Kind.WHO_HOLDS, state.address);
        }
        return false;
    }

    private void heardWhileHaving(long now, LocalAddress state, String other, String mac) {
        if (others.isLive(other)) {
            // The group settles it.
            return;
        }
        if (others.outranks(other, state.address)) {
            guard.back(other, moves.addresses.size());
            moves.claim(now, state);
            state.probing.answered(now, mac);
            moves.deadlines.set(state, state.probing.dueAt());
        } else {
            defend(now, state, mac);
        }
    }

    private void defend(long now, LocalAddress state, String mac) {
        if (state.there.isEmpty()
                || state.defendedAt
                        .filter(at -> now - at < Announcer.DEFEND_AGAIN)
                        .isPresent()) {
            return;
        }
        state.defendedAt = Optional.of(now);
        moves.next.defended().add(state.there.get());
        if (others.nodeOf(mac).isEmpty()) {
            moves.next.conflicts().add(new Announcer.Conflict(state.address, mac, Optional.empty(), true));
        }
    }
}
