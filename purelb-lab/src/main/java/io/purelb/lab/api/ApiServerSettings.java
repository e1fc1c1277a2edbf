package io.purelb.lab.api;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * How an {@link ApiServer} is started.
 *
 * @param addresses where it listens; port 0 takes any free port
 * @param token secret first segment of every path, so that only those who know the URL can use the server; empty for none
 * @param history how many changes are kept for watches that resume from an older version
 * @param maxEvents how many Event objects are kept; the oldest go first
 */
public record ApiServerSettings(List<InetSocketAddress> addresses, String token, int history, int maxEvents) {
    /**
     * Checks and copies.
     *
     * @throws IllegalArgumentException when there is no address, or the token is not plain letters, digits and {@code -_}
     */
    public ApiServerSettings {
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("an API server needs an address to listen on");
        }
        if (!token.matches("[-_A-Za-z0-9]*")) {
            throw new IllegalArgumentException("token: only letters, digits, - and _ can stand in the path");
        }
        if (history < 1 || maxEvents < 1) {
            throw new IllegalArgumentException("history and maxEvents must be positive");
        }
    }

    /** Listens on those addresses, with the usual bounds: 4096 changes and 5000 Events. */
    public static ApiServerSettings listening(String token, InetSocketAddress... addresses) {
        return new ApiServerSettings(List.of(addresses), token, 4096, 5000);
    }

    /** Listens on a free port of 127.0.0.1, without a token. */
    public static ApiServerSettings loopback() {
        return listening("", new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }
}
