package io.purelb.election;

import io.purelb.core.Membership.Member;
import io.purelb.core.Subnet;
import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A member as bytes: {@code count 2}, then so many {@code key-length 1, key, value-length 2, value}, big-endian, UTF-8.
 * Keys may repeat. Keys that are not known are skipped, so that a later version can add some; an agent that does not
 * send one of the known keys gets its default.
 */
final class MemberCodec {
    private static final String NODE = "node";
    private static final String SUBNET = "subnet";
    private static final String DOWN_SUBNET = "down-subnet";
    private static final String BESIDE_SUBNET = "beside-subnet";
    private static final String MAC = "mac";
    private static final String LINK_UP = "link-up";
    private static final String DRAINING = "draining";
    private static final String VERSION = "version";

    private record Field(String key, String value) {}

    private MemberCodec() {}

    static byte[] encode(Member member) {
        List<Field> fields = new ArrayList<>();
        fields.add(new Field(NODE, member.node()));
        member.subnets().forEach(subnet -> fields.add(new Field(SUBNET, subnet.toString())));
        member.downSubnets().forEach(subnet -> fields.add(new Field(DOWN_SUBNET, subnet.toString())));
        member.besideSubnets().forEach(subnet -> fields.add(new Field(BESIDE_SUBNET, subnet.toString())));
        member.macs().forEach(mac -> fields.add(new Field(MAC, mac)));
        // For earlier versions: of the subnets published as such. Those without a link are published apart.
        fields.add(new Field(LINK_UP, "true"));
        fields.add(new Field(DRAINING, Boolean.toString(member.draining())));
        fields.add(new Field(VERSION, member.version()));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        writeShort(out, fields.size());
        for (Field field : fields) {
            byte[] key = field.key().getBytes(StandardCharsets.UTF_8);
            byte[] value = field.value().getBytes(StandardCharsets.UTF_8);
            out.write(key.length);
            out.writeBytes(key);
            writeShort(out, value.length);
            out.writeBytes(value);
        }
        return out.toByteArray();
    }

    /** The member that these bytes say, or empty when they are anything else. */
    static Optional<Member> decode(ByteBuffer bytes) {
        String node = "";
        List<Subnet> subnets = new ArrayList<>();
        List<Subnet> down = new ArrayList<>();
        List<Subnet> beside = new ArrayList<>();
        List<String> macs = new ArrayList<>();
        boolean linkUp = false;
        boolean draining = false;
        String version = "";
        try {
            for (int left = bytes.getShort() & 0xffff; left > 0; left--) {
                String key = text(cut(bytes, bytes.get() & 0xff));
                ByteBuffer value = cut(bytes, bytes.getShort() & 0xffff);
                switch (key) {
                    case NODE -> node = text(value);
                    case SUBNET -> subnets.add(Subnet.parse(text(value)));
                    case DOWN_SUBNET -> down.add(Subnet.parse(text(value)));
                    case BESIDE_SUBNET -> beside.add(Subnet.parse(text(value)));
                    case MAC -> macs.add(text(value));
                    case LINK_UP -> linkUp = Boolean.parseBoolean(text(value));
                    case DRAINING -> draining = Boolean.parseBoolean(text(value));
                    case VERSION -> version = text(value);
                    default -> {
                        // From a later version.
                    }
                }
            }
        } catch (BufferUnderflowException | CharacterCodingException | IllegalArgumentException malformed) {
            return Optional.empty();
        }
        if (node.isEmpty() || bytes.hasRemaining()) {
            return Optional.empty();
        }
        if (!linkUp) {
            // An earlier version publishes all its subnets with or without a link.
            down.addAll(subnets);
            subnets.clear();
        }
        return Optional.of(new Member(node, subnets, down, beside, macs, draining, version));
    }

    private static ByteBuffer cut(ByteBuffer bytes, int length) {
        if (length > bytes.remaining()) {
            throw new BufferUnderflowException();
        }
        ByteBuffer piece = bytes.slice(bytes.position(), length);
        bytes.position(bytes.position() + length);
        return piece;
    }

    private static String text(ByteBuffer bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    }

    private static void writeShort(ByteArrayOutputStream out, int value) {
        if (value > 0xffff) {
            throw new IllegalArgumentException("a member has a field or a list of " + value + ", 65535 is the most");
        }
        out.write(value >>> 8);
        out.write(value);
    }
}
