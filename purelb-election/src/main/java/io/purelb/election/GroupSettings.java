package io.purelb.election;

import java.net.InetAddress;
import java.util.Optional;

/**
 * Where a {@link Group} lives and how it recognises its own.
 *
 * @param node the Kubernetes node name, this member's identity in the group
 * @param address the node's own address, to which both sockets are bound
 * @param port the one port of the group: UDP for messages, TCP for noticing a crashed neighbour; the same on every node
 * @param secret what every member knows; without it the group runs unauthenticated and unencrypted
 */
public record GroupSettings(String node, InetAddress address, int port, Optional<byte[]> secret) {
    /** The port that firewalls are told to open. */
    public static final int DEFAULT_PORT = 7934;

    public GroupSettings {
        if (node.isEmpty()) {
            throw new IllegalArgumentException("the node name is empty");
        }
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("port " + port + " is not between 1 and 65535");
        }
        if (address.isAnyLocalAddress() || address.isMulticastAddress()) {
            throw new IllegalArgumentException(
                    address.getHostAddress() + " is not one address of this node: name the node's own address");
        }
        if (secret.isPresent() && secret.get().length == 0) {
            throw new IllegalArgumentException("the group secret is empty: give a secret or none");
        }
    }

    /** An unauthenticated member on the default port. */
    public GroupSettings(String node, InetAddress address) {
        this(node, address, DEFAULT_PORT, Optional.empty());
    }

    /** The same settings with this secret. */
    public GroupSettings withSecret(byte[] groupSecret) {
        return new GroupSettings(node, address, port, Optional.of(groupSecret.clone()));
    }
}
