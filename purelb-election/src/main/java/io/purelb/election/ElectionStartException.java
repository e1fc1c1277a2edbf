package io.purelb.election;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.SocketException;

/** The group could not start; the message is one sentence for the operator. */
public final class ElectionStartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Why a group does not start. */
    public enum Reason {
        /** Another process holds the group's UDP or TCP port on this address. */
        PORT_IN_USE,
        /** No interface of this host has the address. */
        NO_SUCH_ADDRESS,
        /** Anything else: see the cause. */
        FAILED
    }

    private final Reason reason;

    private ElectionStartException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    public Reason reason() {
        return reason;
    }

    /** Finds out why, by trying what the group needs; its own sockets must be closed by now. */
    static ElectionStartException of(GroupSettings settings, Throwable cause) {
        String address = settings.address().getHostAddress();
        if (!isOurs(settings)) {
            return new ElectionStartException(
                    Reason.NO_SUCH_ADDRESS,
                    address + " is not an address of this host: give the node's own address",
                    cause);
        }
        InetSocketAddress wanted = new InetSocketAddress(settings.address(), settings.port());
        try (DatagramSocket socket = new DatagramSocket(null)) {
            socket.setReuseAddress(false);
            socket.bind(wanted);
        } catch (IOException taken) {
            return inUse(settings.port() + "/udp on " + address, taken);
        }
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(wanted);
        } catch (IOException taken) {
            return inUse(settings.port() + "/tcp on " + address, taken);
        }
        return new ElectionStartException(Reason.FAILED, "the election group does not start: " + cause, cause);
    }

    private static ElectionStartException inUse(String port, IOException cause) {
        return new ElectionStartException(
                Reason.PORT_IN_USE, "port " + port + " is in use: stop its owner or choose another port", cause);
    }

    private static boolean isOurs(GroupSettings settings) {
        try {
            return settings.address().isLoopbackAddress()
                    || NetworkInterface.getByInetAddress(settings.address()) != null;
        } catch (SocketException unreadable) {
            return true;
        }
    }
}
