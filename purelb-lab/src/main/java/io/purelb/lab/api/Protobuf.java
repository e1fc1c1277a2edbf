package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;

/**
 * Reads the protobuf bodies that {@code kubectl create} sends for a few built-in kinds: the prefix {@code k8s\0}, then a
 * {@code runtime.Unknown} that wraps the object. Whatever is not in {@code protobuf.txt} is refused, not left out.
 */
final class Protobuf {
    static final String CONTENT_TYPE = "application/vnd.kubernetes.protobuf";

    private static final byte[] PREFIX = {'k', '8', 's', 0};
    private static final Map<String, Map<String, String>> NUMBERS = Paragraphs.load("protobuf.txt");
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;

    private Protobuf() {}

    /**
     * The object in that body.
     *
     * @throws StatusError 415 for kinds and fields that are not known here, 400 for what is no such message
     */
    static ObjectNode decode(byte[] body) {
        if (body.length < PREFIX.length || !Arrays.equals(PREFIX, Arrays.copyOf(body, PREFIX.length))) {
            throw StatusError.badRequest("the body is not in the Kubernetes protobuf format");
        }
        try {
            return envelope(ByteBuffer.wrap(body, PREFIX.length, body.length - PREFIX.length));
        } catch (BufferUnderflowException | IllegalArgumentException | ArithmeticException e) {
            throw StatusError.badRequest("the protobuf body ends in the middle of a field");
        }
    }

    private static ObjectNode envelope(ByteBuffer in) {
        String apiVersion = "";
        String kind = "";
        ByteBuffer object = ByteBuffer.allocate(0);
        while (in.hasRemaining()) {
            Field field = Field.read(in);
            if (field.number() == 1) {
                for (ByteBuffer meta = field.bytes(); meta.hasRemaining(); ) {
                    Field part = Field.read(meta);
                    apiVersion = part.number() == 1 ? part.text() : apiVersion;
                    kind = part.number() == 2 ? part.text() : kind;
                }
            } else if (field.number() == 2) {
                object = field.bytes();
            }
        }
        if (!NUMBERS.containsKey(kind) || !apiVersion.equals("v1")) {
            throw unsupported(kind);
        }
        return message(kind, object).put("kind", kind).put("apiVersion", apiVersion);
    }

    private static ObjectNode message(String type, ByteBuffer in) {
        ObjectNode object = Json.object();
        while (in.hasRemaining()) {
            Field field = Field.read(in);
            String name = NUMBERS.getOrDefault(type, Map.of()).get(Integer.toString(field.number()));
            if (name != null) {
                set(object, type, name, field);
            } else if (!field.isZero()) {
                throw unsupported("field " + field.number() + " of " + type);
            }
        }
        return object;
    }

    /** Go writes zero values of fields that are no pointers; they mean absent, except for booleans. */
    private static void set(ObjectNode object, String type, String name, Field field) {
        String fieldType = BuiltInShape.typeOf(type, name);
        String inner = fieldType.substring(1, fieldType.length() - 1);
        if (fieldType.startsWith("[")) {
            ArrayNode list = object.get(name) instanceof ArrayNode found ? found : object.putArray(name);
            list.add(value(inner, field));
        } else if (fieldType.startsWith("{")) {
            boolean binary = name.equals("binaryData") || (type.equals("Secret") && name.equals("data"));
            entry(Json.child(object, name), field.bytes(), binary);
        } else if (fieldType.equals("boolean")) {
            object.put(name, field.varint() != 0);
        } else if (fieldType.equals("integer") ? field.varint() != 0 : !field.isZero()) {
            JsonNode value = value(fieldType, field);
            if (!Json.isEmpty(value)) {
                object.set(name, value);
            }
        }
    }

    private static JsonNode value(String type, Field field) {
        return switch (type) {
            case "string" -> TextNode.valueOf(field.text());
            case "integer" -> Json.number(field.varint());
            case "int-or-string" -> intOrString(field.bytes());
            default -> message(type, field.bytes());
        };
    }

    /** Type 0 holds the number in field 2, type 1 the text in field 3. */
    private static JsonNode intOrString(ByteBuffer in) {
        long type = 0;
        long number = 0;
        String text = "";
        while (in.hasRemaining()) {
            Field field = Field.read(in);
            switch (field.number()) {
                case 1 -> type = field.varint();
                case 2 -> number = field.varint();
                case 3 -> text = field.text();
                default -> throw unsupported("field " + field.number() + " of IntOrString");
            }
        }
        return type == 0 ? Json.number(number) : TextNode.valueOf(text);
    }

    private static void entry(ObjectNode map, ByteBuffer in, boolean binary) {
        String key = "";
        String value = "";
        while (in.hasRemaining()) {
            Field field = Field.read(in);
            if (field.number() == 1) {
                key = field.text();
            } else if (binary) {
                value = StandardCharsets.US_ASCII
                        .decode(Base64.getEncoder().encode(field.bytes()))
                        .toString();
            } else {
                value = field.text();
            }
        }
        map.put(key, value);
    }

    private static StatusError unsupported(String what) {
        return StatusError.unsupportedMediaType("this lab API server does not read " + what
                + " as protobuf: if it serves the kind, create it from a manifest (kubectl create -f)");
    }

    /** One field as it stands on the wire: a number, or bytes. */
    private record Field(int number, long varint, ByteBuffer bytes) {
        private static final ByteBuffer NONE = ByteBuffer.allocate(0);

        static Field read(ByteBuffer in) {
            long tag = readVarint(in);
            int number = (int) (tag >>> 3);
            switch ((int) tag & 7) {
                case VARINT -> {
                    return new Field(number, readVarint(in), NONE);
                }
                case LENGTH_DELIMITED -> {
                    int length = Math.toIntExact(readVarint(in));
                    ByteBuffer bytes = in.slice().limit(length);
                    in.position(in.position() + length);
                    return new Field(number, 0, bytes);
                }
                default -> throw unsupported("wire type " + (tag & 7));
            }
        }

        private static long readVarint(ByteBuffer in) {
            long value = 0;
            for (int shift = 0; shift < 64; shift += 7) {
                byte next = in.get();
                value |= (next & 0x7fL) << shift;
                if (next >= 0) {
                    return value;
                }
            }
            throw new IllegalArgumentException("a varint of more than ten bytes");
        }

        boolean isZero() {
            return varint == 0 && !bytes.hasRemaining();
        }

        String text() {
            return StandardCharsets.UTF_8.decode(bytes.duplicate()).toString();
        }
    }
}
