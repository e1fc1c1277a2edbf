package io.purelb.lab;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A door from the machine's own loopback into the fabric: each connection accepted on 127.0.0.1 is joined to one made
 * by {@code dial}. This is how {@code kubectl} in the user's shell reaches an API server that listens in a namespace.
 */
final class Relay implements AutoCloseable {
    private final ServerSocket door;
    private final Callable<Socket> dial;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();

    /**
     * Opens the door on a free port.
     *
     * @param dial makes the connection on the far side; called once per accepted connection
     */
    Relay(Callable<Socket> dial) {
        this.dial = dial;
        try {
            door = new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
        } catch (IOException e) {
            throw new LabException("Cannot listen on 127.0.0.1: " + e.getMessage() + ".", e);
        }
        start("relay", this::accept);
    }

    /** The door's port on 127.0.0.1. */
    int port() {
        return door.getLocalPort();
    }

    private void accept() {
        while (true) {
            Socket near;
            try {
                near = door.accept();
            } catch (IOException closed) {
                return;
            }
            start("relay-" + near.getPort(), () -> join(near));
        }
    }

    private void join(Socket near) {
        try (near;
                Socket far = dial.call()) {
            open.add(near);
            open.add(far);
            Thread back = start("relay-back-" + near.getPort(), () -> pump(far, near));
            pump(near, far);
            back.join();
            open.remove(near);
            open.remove(far);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (Exception unreachable) {
            // The caller sees its connection closed, as it would without the relay.
        }
    }

    /** Copies until either side is done, then tells the other side. */
    private static void pump(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[16 * 1024];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
            to.shutdownOutput();
        } catch (IOException reset) {
            closeQuietly(from);
            closeQuietly(to);
        }
    }

    private static Thread start(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    @Override
    public void close() {
        try {
            door.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        open.forEach(Relay::closeQuietly);
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyGone) {
            // Nothing is left to close.
        }
    }
}
