package io.purelb.election;

import io.purelb.core.IpAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;

/** Addresses of the tests. */
final class Addresses {
    private Addresses() {}

    static InetAddress of(String text) {
        try {
            return InetAddress.getByAddress(IpAddress.parse(text).toBytes());
        } catch (UnknownHostException e) {
            throw new AssertionError(e);
        }
    }
}
