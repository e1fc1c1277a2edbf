package io.purelb.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Reads UTF-8 and stops with the line at what is no text: kubectl's YAML takes neither other bytes nor control characters. */
final class CheckedText extends Reader {
    private final InputStream input;
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    private final ByteBuffer bytes = ByteBuffer.allocate(1 << 16).flip();
    private boolean ended;
    private boolean began;
    private int line = 1;

    CheckedText(InputStream input) {
        this.input = input;
    }

    /** The input is no text from here on. */
    static final class NoTextException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NoTextException(int line, String what) {
            super("line " + line + " " + what);
        }
    }

    @Override
    public int read(char[] target, int offset, int length) throws IOException {
        CharBuffer chars = CharBuffer.wrap(target, offset, length);
        while (true) {
            CoderResult result = decoder.decode(bytes, chars, ended);
            int count = withoutMark(target, offset, chars.position());
            if (count > 0) {
                check(target, offset, count);
                return count;
            }
            chars.clear();
            if (result.isError()) {
                throw new NoTextException(line, "has bytes that are no UTF-8: save the file as UTF-8");
            }
            if (ended) {
                return -1;
            }
            fill();
        }
    }

    private void fill() throws IOException {
        bytes.compact();
        int count = input.read(bytes.array(), bytes.position(), bytes.remaining());
        ended = count < 0;
        bytes.position(bytes.position() + Math.max(count, 0)).flip();
    }

    /** Takes out a byte order mark, which some editors write at the beginning. */
    private int withoutMark(char[] target, int offset, int count) {
        boolean marked = !began && count > 0 && target[offset] == '\ufeff';
        began |= count > 0;
        if (marked) {
            System.arraycopy(target, offset + 1, target, offset, count - 1);
        }
        return marked ? count - 1 : count;
    }

    private void check(char[] target, int offset, int count) {
        for (int i = offset; i < offset + count; i++) {
            char c = target[i];
            if (c == '\n') {
                line++;
            } else if (isControl(c)) {
                throw new NoTextException(
                        line, String.format("has the control character U+%04X: write it as an escape", (int) c));
            }
        }
    }

    private static boolean isControl(char c) {
        return c < ' ' ? c != '\t' && c != '\r' : c >= 0xfffe || (c >= 0x7f && c < 0xa0 && c != 0x85);
    }

    @Override
    public void close() throws IOException {
        input.close();
    }
}
