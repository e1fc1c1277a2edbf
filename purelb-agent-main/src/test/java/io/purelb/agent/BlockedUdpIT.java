package io.purelb.agent;

import io.purelb.core.testkit.Patience;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A firewall that lets TCP through and drops UDP. */
final class BlockedUdpIT extends AgentsIT {
    @BeforeAll
    static void needsAFilter() {
        requireFilter();
    }

    @Test
    void nodeWhoseDatagramsAreDroppedIsNamedInAWarning() {
        String namespace = lan.hosts().namespace(last);
        nft(
                namespace,
                "add table inet cut; add chain inet cut in { type filter hook input priority 0; };"
                        + " add rule inet cut in udp dport 7934 drop");
        try {
            awaitWarning(first, "peer_group: an agent answers on TCP port 7934 of " + last + " but");
            awaitWarning(
                    last,
                    "peer_group: an agent answers on TCP port 7934 of "
                            + lan.nodes().stream()
                                    .filter(node -> !node.equals(last))
                                    .findFirst()
                                    .orElseThrow() + ", ");
        } finally {
            unblock(last);
        }
    }

    private static void awaitWarning(String node, String text) {
        Patience.until(
                () -> node + " to say: " + text,
                () -> lan.client().v1().events().inAnyNamespace().list().getItems().stream()
                        .anyMatch(event -> event.getInvolvedObject().getName().equals(node)
                                && event.getType().equals("Warning")
                                && event.getMessage().startsWith(text)));
    }
}
