package io.purelb.election;

import io.purelb.election.Seal.Datagram;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.spec.SecretKeySpec;

/**
 * The sealed conversation with every peer, without the network: what to send for a message, and what a received datagram
 * means. A datagram counts only when it names this process's own number as receiver, which its sender can have learned
 * only since this process started, and when its counter is new: so nothing recorded can be replayed, not even into a
 * process that has just started. Two processes learn each other's numbers by one empty datagram each way; messages wait for
 * that.
 */
final class SealedPeers {
    /** What a received datagram means. */
    record Incoming(Optional<ByteBuffer> message, List<byte[]> replies, Optional<Refusal> refusal) {}

    /** Why a datagram was dropped; {@code text} ends a sentence that begins with "datagrams from ... are dropped: ". */
    enum Refusal {
        NOT_SEALED("they are not encrypted, so that node runs without the group secret or in another version"),
        WRONG_SECRET("they were not encrypted with a group secret of this node, or changed on the way"),
        REPLAYED("somebody sends recorded datagrams again, or the network doubles them"),
        NO_SECRET("they are encrypted, but this node runs without the group secret");

        final String text;

        Refusal(String text) {
            this.text = text;
        }
    }

    /** Messages that wait for a peer's number; more than one, because a join is several messages at once. */
    private static final int WAITING = 16;

    /** Nodes ever talked to; one that is forgotten only introduces itself again. */
    private static final int REMEMBERED = 4096;

    private static final byte[] NOTHING = {};

    private static final class Peer {
        long number = Seal.NOBODY;
        final Deque<byte[]> waiting = new ArrayDeque<>();
    }

    private final Seal seal;
    private final Map<InetSocketAddress, Peer> peers = new Recent<>(REMEMBERED);
    private final Map<Long, ReplayWindow> windows = new Recent<>(REMEMBERED);

    SealedPeers(Seal seal) {
        this.seal = seal;
    }

    /** From now on these secrets count, hardened. */
    synchronized void use(List<SecretKeySpec> secrets) {
        seal.use(secrets);
    }

    /** The datagram to send to that address so that the message gets there, now or after the peer has answered. */
    synchronized byte[] outgoing(InetSocketAddress address, byte[] message, int offset, int length) {
        Peer peer = peers.computeIfAbsent(address, unknown -> new Peer());
        if (peer.number != Seal.NOBODY) {
            return seal.seal(peer.number, message, offset, length);
        }
        if (peer.waiting.size() == WAITING) {
            peer.waiting.removeFirst();
        }
        peer.waiting.addLast(Arrays.copyOfRange(message, offset, offset + length));
        return hello(Seal.NOBODY);
    }

    /** What these bytes from that address mean, and what to send back there. */
    synchronized Incoming incoming(InetSocketAddress address, byte[] bytes, int offset, int length) {
        if (!Seal.looksSealed(bytes, offset, length)) {
            return refused(Refusal.NOT_SEALED);
        }
        Optional<Datagram> opened = seal.open(bytes, offset, length);
        if (opened.isEmpty()) {
            return refused(Refusal.WRONG_SECRET);
        }
        Datagram datagram = opened.get();
        if (datagram.receiver() != seal.self()) {
            // Meant for an earlier process here, or for whoever is here: say who that is, and believe nothing yet.
            return new Incoming(Optional.empty(), List.of(hello(datagram.sender())), Optional.empty());
        }
        if (!windows.computeIfAbsent(datagram.sender(), unknown -> new ReplayWindow())
                .accept(datagram.counter())) {
            return refused(Refusal.REPLAYED);
        }
        Peer peer = peers.computeIfAbsent(address, unknown -> new Peer());
        peer.number = datagram.sender();
        List<byte[]> replies = new ArrayList<>();
        for (byte[] message : peer.waiting) {
            replies.add(seal.seal(peer.number, message, 0, message.length));
        }
        peer.waiting.clear();
        Optional<ByteBuffer> message = Optional.of(datagram.content()).filter(ByteBuffer::hasRemaining);
        return new Incoming(message, replies, Optional.empty());
    }

    private byte[] hello(long receiver) {
        return seal.seal(receiver, NOTHING, 0, 0);
    }

    private static Incoming refused(Refusal refusal) {
        return new Incoming(Optional.empty(), List.of(), Optional.of(refusal));
    }
}
