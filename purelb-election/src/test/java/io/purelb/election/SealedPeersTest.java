package io.purelb.election;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.purelb.election.SealedPeers.Incoming;
import io.purelb.election.SealedPeers.Refusal;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class SealedPeersTest {
    private static final Seal SEAL = new Seal(new byte[] {1});
    private static final InetSocketAddress A = new InetSocketAddress(Addresses.of("127.0.0.1"), 1);
    private static final InetSocketAddress B = new InetSocketAddress(Addresses.of("127.0.0.2"), 1);

    private SealedPeers a = new SealedPeers(SEAL.another());
    private SealedPeers b = new SealedPeers(SEAL.another());
    private final List<byte[]> wire = new ArrayList<>();

    @Test
    void aMessageToAStrangerArrivesAfterTheIntroduction() {
        assertEquals(List.of("hello"), fromAToB("hello"));
        assertEquals(3, wire.size(), "introduction, answer, message");
        wire.clear();
        assertEquals(List.of("again"), fromAToB("again"));
        assertEquals(1, wire.size(), "just the message");
        assertEquals(List.of("back"), exchange(B, A, send(b, A, "back")));
        assertEquals(2, wire.size(), "the receiver knows the sender by now");
    }

    @Test
    void allMessagesThatWaitedArriveInOrder() {
        send(a, B, "one");
        send(a, B, "two");
        assertEquals(List.of("one", "two", "three"), fromAToB("three"));
    }

    @Test
    void onlyTheLatestMessagesWaitForAPeerThatNeverAnswers() {
        List<String> latest = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            send(a, B, "m" + i);
            latest.add("m" + i);
        }
        latest.add("last");
        assertEquals(latest.subList(101 - 16, 101), fromAToB("last"));
    }

    @Test
    void aReplayedDatagramIsRefused() {
        fromAToB("hello");
        for (byte[] recorded : List.copyOf(wire)) {
            SealedPeers receiver = recorded == wire.get(1) ? a : b;
            Incoming again = receiver.incoming(receiver == a ? B : A, recorded, 0, recorded.length);
            assertEquals(Optional.empty(), again.message());
            if (recorded != wire.get(0)) {
                assertEquals(Optional.of(Refusal.REPLAYED), again.refusal());
            }
        }
    }

    @Test
    void nothingRecordedEarlierIsBelievedByARestartedProcess() {
        fromAToB("hello");
        fromAToB("more");
        List<byte[]> recorded = List.copyOf(wire);
        b = new SealedPeers(SEAL.another());
        for (byte[] datagram : recorded) {
            Incoming old = b.incoming(A, datagram, 0, datagram.length);
            assertEquals(Optional.empty(), old.message());
            assertTrue(old.replies().size() <= 1, "no amplification");
        }
    }

    @Test
    void aRestartedPeerIsLearnedFromItsAnswer() {
        fromAToB("hello");
        b = new SealedPeers(SEAL.another());
        assertEquals(List.of(), fromAToB("lost"), "meant for the process before");
        assertEquals(List.of("now"), fromAToB("now"));
        a = new SealedPeers(SEAL.another());
        assertEquals(List.of(), exchange(B, A, send(b, A, "lost too")));
        assertEquals(List.of("now too"), exchange(B, A, send(b, A, "now too")));
    }

    @Test
    void aRecordedIntroductionDoesNotDisturbARunningConversation() {
        fromAToB("hello");
        byte[] introduction = wire.get(0);
        a = new SealedPeers(SEAL.another());
        fromAToB("from the new process");
        exchange(A, B, introduction);
        assertEquals(List.of("on"), exchange(B, A, send(b, A, "on")));
    }

    @Test
    void plainAndForeignDatagramsAreRefusedByReason() {
        byte[] plain = "plain".getBytes(StandardCharsets.UTF_8);
        Incoming notSealed = b.incoming(A, plain, 0, plain.length);
        assertEquals(new Incoming(Optional.empty(), List.of(), Optional.of(Refusal.NOT_SEALED)), notSealed);
        byte[] foreign = new SealedPeers(new Seal(new byte[] {2})).outgoing(B, plain, 0, plain.length);
        Incoming wrongSecret = b.incoming(A, foreign, 0, foreign.length);
        assertEquals(new Incoming(Optional.empty(), List.of(), Optional.of(Refusal.WRONG_SECRET)), wrongSecret);
    }

    @Test
    void aTamperedDatagramIsRefusedAndTheTrueOneStillArrives() {
        fromAToB("hello");
        byte[] datagram = send(a, B, "true");
        byte[] tampered = datagram.clone();
        tampered[tampered.length - 1] ^= 1;
        assertEquals(
                Optional.of(Refusal.WRONG_SECRET),
                b.incoming(A, tampered, 0, tampered.length).refusal());
        assertEquals(List.of("true"), exchange(A, B, datagram));
    }

    private List<String> fromAToB(String message) {
        return exchange(A, B, send(a, B, message));
    }

    private static byte[] send(SealedPeers from, InetSocketAddress to, String message) {
        byte[] bytes = ("__" + message).getBytes(StandardCharsets.UTF_8);
        return from.outgoing(to, bytes, 2, bytes.length - 2);
    }

    /** Carries the datagram over, and whatever is sent in answer; returns the messages that arrived anywhere. */
    private List<String> exchange(InetSocketAddress from, InetSocketAddress to, byte[] datagram) {
        record Flight(InetSocketAddress from, InetSocketAddress to, ByteBuffer datagram) {}
        Deque<Flight> flights = new ArrayDeque<>();
        flights.add(new Flight(from, to, ByteBuffer.wrap(datagram)));
        List<String> arrived = new ArrayList<>();
        while (!flights.isEmpty()) {
            Flight flight = flights.remove();
            byte[] bytes = flight.datagram().array();
            wire.add(bytes);
            assertTrue(wire.size() < 50, "the two talk without end");
            byte[] padded = Arrays.copyOf(bytes, bytes.length + 7);
            SealedPeers receiver = flight.to().equals(A) ? a : b;
            Incoming incoming = receiver.incoming(flight.from(), padded, 0, bytes.length);
            incoming.message()
                    .ifPresent(message ->
                            arrived.add(StandardCharsets.UTF_8.decode(message).toString()));
            for (byte[] reply : incoming.replies()) {
                flights.add(new Flight(flight.to(), flight.from(), ByteBuffer.wrap(reply)));
            }
        }
        return arrived;
    }
}
