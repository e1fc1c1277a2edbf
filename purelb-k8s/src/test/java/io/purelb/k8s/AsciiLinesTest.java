package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.client.http.AsyncBody;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class AsciiLinesTest {
    private static final AsyncBody BODY = new AsyncBody() {
        @Override
        public void consume() {}

        @Override
        public CompletableFuture<Void> done() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void cancel() {}
    };

    /** What comes out when the text arrives in pieces of so many bytes. */
    private static String inPieces(String text, int size) throws Exception {
        StringBuilder out = new StringBuilder();
        AsciiLines lines = new AsciiLines(
                (buffers, body) -> buffers.forEach(buffer -> out.append(StandardCharsets.ISO_8859_1.decode(buffer))));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        List<ByteBuffer> pieces = new ArrayList<>();
        for (int from = 0; from < bytes.length; from += size) {
            pieces.add(ByteBuffer.wrap(Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size))));
        }
        lines.consume(pieces, BODY);
        return out.toString();
    }

    @Test
    void charactersCutInTwoByTheNetworkArriveWhole() throws Exception {
        String json = "{\"note\":\"Grüße, 世界 ☃ 𝄞!\"}\n";
        for (int size = 1; size < 12; size++) {
            String escaped = inPieces(json, size);
            assertTrue(escaped.chars().allMatch(c -> c > 0 && c < 0x80), escaped);
            assertEquals(
                    "Grüße, 世界 ☃ 𝄞!",
                    new ObjectMapper().readTree(escaped).path("note").asText());
            assertTrue(escaped.endsWith("}\n"));
        }
    }

    @Test
    void plainTextStaysAsItIs() throws Exception {
        assertEquals("{\"a\":1}\n{\"b\":2}\n", inPieces("{\"a\":1}\n{\"b\":2}\n", 3));
    }
}
