package io.purelb.k8s;

import io.fabric8.kubernetes.client.http.AsyncBody;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Hands JSON on with every character outside ASCII as an escape. The client's HTTP watch decodes each network read by
 * itself: there a character of several bytes leaves NUL characters behind that break the next event, and one that is cut
 * in two is lost.
 */
final class AsciiLines implements AsyncBody.Consumer<List<ByteBuffer>> {
    private static final int LONGEST_CHARACTER = 4;

    private final AsyncBody.Consumer<List<ByteBuffer>> reader;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    /** The beginning of a character whose rest is still to come. */
    private ByteBuffer begun = ByteBuffer.allocate(0);

    AsciiLines(AsyncBody.Consumer<List<ByteBuffer>> reader) {
        this.reader = reader;
    }

    @Override
    public void consume(List<ByteBuffer> bytes, AsyncBody body) throws Exception {
        reader.consume(bytes.stream().map(this::escaped).toList(), body);
    }

    private ByteBuffer escaped(ByteBuffer bytes) {
        if (!begun.hasRemaining() && isAscii(bytes)) {
            return bytes;
        }
        ByteBuffer in = ByteBuffer.allocate(begun.remaining() + bytes.remaining());
        in.put(begun).put(bytes).flip();
        CharBuffer text = CharBuffer.allocate(in.remaining() + LONGEST_CHARACTER);
        decoder.reset().decode(in, text, false);
        begun = in;
        return ascii(text.flip());
    }

    private static boolean isAscii(ByteBuffer bytes) {
        for (int i = bytes.position(); i < bytes.limit(); i++) {
            if (bytes.get(i) < 0) {
                return false;
            }
        }
        return true;
    }

    private static ByteBuffer ascii(CharBuffer text) {
        StringBuilder escaped = new StringBuilder(text.length() + 64);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                escaped.append(c);
            } else {
                escaped.append(String.format("\\u%04x", (int) c));
            }
        }
        return StandardCharsets.US_ASCII.encode(escaped.toString());
    }
}
