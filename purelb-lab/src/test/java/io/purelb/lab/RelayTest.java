package io.purelb.lab;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RelayTest {
    @Test
    void bytesPassBothWaysAndEndOfStreamToo() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Relay relay = new Relay(() -> new Socket(server.getInetAddress(), server.getLocalPort()));
                Socket client = new Socket(InetAddress.getLoopbackAddress(), relay.port());
                Socket served = server.accept()) {
            client.getOutputStream().write("question".getBytes(StandardCharsets.UTF_8));
            client.shutdownOutput();
            assertArrayEquals(
                    "question".getBytes(StandardCharsets.UTF_8),
                    served.getInputStream().readAllBytes());
            served.getOutputStream().write("answer".getBytes(StandardCharsets.UTF_8));
            served.shutdownOutput();
            assertArrayEquals(
                    "answer".getBytes(StandardCharsets.UTF_8),
                    client.getInputStream().readAllBytes());
        }
    }

    @Test
    void unreachableFarSideClosesTheConnection() throws IOException {
        try (Relay relay = new Relay(() -> {
                    throw new IOException("connection refused");
                });
                Socket client = new Socket(InetAddress.getLoopbackAddress(), relay.port())) {
            assertEquals(-1, client.getInputStream().read());
        }
    }

    @Test
    void closeEndsOpenConnections() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Relay relay = new Relay(() -> new Socket(server.getInetAddress(), server.getLocalPort()));
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), relay.port());
                    Socket served = server.accept()) {
                served.getOutputStream().write(1);
                assertEquals(1, client.getInputStream().read());
                relay.close();
                try {
                    assertEquals(-1, client.getInputStream().read());
                } catch (SocketException reset) {
                    // As good an end as end of stream.
                }
            }
            assertTrue(Await.reached(() -> refused(relay.port()), LIMIT));
        }
    }

    /** The kernel lets go of the door when the thread that waits at it wakes up, a moment after close. */
    private static boolean refused(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (IOException refused) {
            return true;
        }
    }
}
