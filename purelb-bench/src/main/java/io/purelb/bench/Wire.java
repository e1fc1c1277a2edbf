package io.purelb.bench;

import io.fabric8.kubernetes.client.Config;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * One connection to the API server that is kept open: HTTP/1.1 with as little as possible around it, so that the driver
 * takes little of the machine that it measures. The caller's thread sends, waits and reads.
 */
final class Wire implements AutoCloseable {
    private final SSLSocket socket;
    private final InputStream in;
    private final String headers;
    private final byte[] line = new byte[8192];

    /** The status code and the whole body of an answer. */
    record Answer(int status, String body) {
        /** The value of the first {@code "key":"..."}; names and resourceVersions stand first in their objects. */
        String text(String key) {
            return Wire.text(body, key);
        }
    }

    /** Connects as the user of {@code config}; the server is our own on loopback, so its certificate is not looked at. */
    Wire(Config config) {
        URI server = URI.create(config.getMasterUrl());
        try {
            SSLContext tls = SSLContext.getInstance("TLS");
            tls.init(null, new TrustManager[] {new TrustsLoopback()}, new SecureRandom());
            socket = (SSLSocket) tls.getSocketFactory().createSocket(server.getHost(), server.getPort());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has TLS", e);
        }
        headers = "Host: localhost\r\nAccept: application/json\r\nAuthorization: Bearer " + config.getOauthToken()
                + "\r\n";
    }

    static String text(String json, String key) {
        String before = "\"" + key + "\":\"";
        int at = json.indexOf(before);
        return at < 0 ? "" : json.substring(at + before.length(), json.indexOf('"', at + before.length()));
    }

    /** Sends one request and reads its answer whole; empty {@code type} for none with a body. */
    Answer call(String method, String path, String type, String body) {
        try {
            send(method, path, type, body);
            int status = status();
            InputStream content = body();
            return new Answer(status, new String(content.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends a GET and returns the body as it comes, a watch's without an end. */
    InputStream stream(String path) throws IOException {
        send("GET", path, "", "");
        int status = status();
        InputStream content = body();
        if (status != 200) {
            throw new IOException(path + " was answered by " + status);
        }
        return content;
    }

    private void send(String method, String path, String type, String body) throws IOException {
        byte[] content = body.getBytes(StandardCharsets.UTF_8);
        String length =
                type.isEmpty() ? "" : "Content-Type: " + type + "\r\nContent-Length: " + content.length + "\r\n";
        byte[] head =
                (method + " " + path + " HTTP/1.1\r\n" + headers + length + "\r\n").getBytes(StandardCharsets.US_ASCII);
        byte[] all = java.util.Arrays.copyOf(head, head.length + content.length);
        System.arraycopy(content, 0, all, head.length, content.length);
        socket.getOutputStream().write(all);
    }

    private int status() throws IOException {
        return Integer.parseInt(line().split(" ", 3)[1]);
    }

    private InputStream body() throws IOException {
        long length = 0;
        boolean chunked = false;
        for (String header = line(); !header.isEmpty(); header = line()) {
            String lower = header.toLowerCase(java.util.Locale.ROOT);
            if (lower.startsWith("content-length:")) {
                length = Long.parseLong(lower.substring(15).strip());
            }
            chunked |= lower.equals("transfer-encoding: chunked");
        }
        return new Body(chunked, length);
    }

    private String line() throws IOException {
        int length = 0;
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("the server closed the connection");
            }
            line[length++] = (byte) next;
        }
        return new String(line, 0, Math.max(0, length - 1), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The body of an answer: of a given length, or in chunks. */
    private final class Body extends InputStream {
        private final boolean chunked;
        private long left;
        private boolean ended;

        private Body(boolean chunked, long length) {
            this.chunked = chunked;
            this.left = length;
            this.ended = !chunked && length == 0;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (!ended && left == 0) {
                left = Long.parseLong(line(), 16);
                ended = left == 0;
                if (ended) {
                    line();
                }
            }
            if (ended) {
                return -1;
            }
            int count = in.read(target, offset, (int) Math.min(length, left));
            if (count < 0) {
                throw new EOFException("the server closed the connection");
            }
            left -= count;
            if (left == 0 && chunked) {
                line();
            }
            ended |= left == 0 && !chunked;
            return count;
        }
    }

    private static final class TrustsLoopback implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
