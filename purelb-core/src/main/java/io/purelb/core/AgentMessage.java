package io.purelb.core;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What one agent says to another about one address.
 *
 * @param kind what it says
 * @param address about which address
 * @param to the node that is meant; empty for all of them
 */
public record AgentMessage(Kind kind, IpAddress address, Optional<String> to) {
    /** What agents say. */
    public enum Kind {
        /** I have it, but you should: say when you are ready. */
        OFFERED('O'),
        /** I am ready for it, or have it already: give it up. */
        WANTED('P'),
        /** I have just given it up, because you wanted it. */
        RELEASED('R'),
        /** You answer for it on the LAN: do you have it? */
        WHO_HOLDS('W'),
        /** I neither have it nor am about to. */
        DOES_NOT_HOLD('N');

        private final char letter;

        Kind(char letter) {
            this.letter = letter;
        }
    }

    /** One letter and the address; the receiver knows that it is meant. */
    public byte[] encode() {
        return (kind.letter + address.toString()).getBytes(StandardCharsets.US_ASCII);
    }

    /** What {@link #encode} made; empty for messages of later versions. */
    public static Optional<AgentMessage> decode(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.US_ASCII);
        return Stream.of(Kind.values())
                .filter(kind -> text.indexOf(kind.letter) == 0)
                .findFirst()
                .flatMap(kind -> IpAddress.tryParse(text.substring(1))
                        .map(address -> new AgentMessage(kind, address, Optional.empty())));
    }

    static AgentMessage to(String node, Kind kind, IpAddress address) {
        return new AgentMessage(kind, address, Optional.of(node));
    }

    static AgentMessage toAll(Kind kind, IpAddress address) {
        return new AgentMessage(kind, address, Optional.empty());
    }
}
