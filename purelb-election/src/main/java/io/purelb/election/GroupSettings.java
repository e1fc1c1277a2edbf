package io.purelb.election;

import java.net.InetAddress;
import java.util.List;

/**
 * Where a {@link Group} lives and how it recognises its own.
 *
 * @param node the Kubernetes node name, this member's identity in the group
 * @param address the node's own address, to which both sockets are bound
 * @param port the one port of the group: UDP for messages, TCP for noticing a crashed neighbour; the same on every node
 * @param secrets what every member knows: the first seals what this member sends, any opens what it receives; without one
 *     the group runs unauthenticated and unencrypted
 */
public record GroupSettings(String node, InetAddress address, int port, List<byte[]> secrets) {
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
        secrets = copy(secrets);
    }

    /** An unauthenticated member on the default port. */
    public GroupSettings(String node, InetAddress address) {
        this(node, address, DEFAULT_PORT, List.of());
    }

    /** The same settings with this secret. */
    public GroupSettings withSecret(byte[] groupSecret) {
        return withSecrets(List.of(groupSecret));
    }

    /** The same settings with these secrets. */
    GroupSettings withSecrets(List<byte[]> groupSecrets) {
        return new GroupSettings(node, address, port, groupSecrets);
    }

    private static List<byte[]> copy(List<byte[]> secrets) {
        if (secrets.stream().anyMatch(secret -> secret.length == 0)) {
            throw new IllegalArgumentException("a group secret is empty: give a secret or none");
        }
        return secrets.stream().map(byte[]::clone).toList();
    }
}
