package io.purelb.election;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts and authenticates datagrams with AES-256-GCM (NIST SP 800-38D) under keys that follow from the group's secrets:
 * what is sent is sealed under the first, what comes is opened under any of them.
 *
 * <p>A datagram is {@code 'P' 'L' 1 | sender 8 | receiver 8 | counter 8 | ciphertext | tag 16}, big-endian.
 * Sender and receiver are the random numbers that two processes drew when they started. The key is derived from the
 * secret and the sender's number, so that the counter alone is a nonce that is never used twice, not even after a
 * restart; everything before the ciphertext is authenticated with it. Not thread-safe.
 */
final class Seal {
    /** An authentic datagram, which may still be an old one. */
    record Datagram(long sender, long receiver, long counter, ByteBuffer content) {}

    /** In place of a receiver's number that is not known yet. */
    static final long NOBODY = 0;

    static final int HEADER = 27;
    private static final int TAG = 16;
    private static final byte[] START = {'P', 'L', 1};
    private static final byte[] SALT = "purelb election 1".getBytes(StandardCharsets.US_ASCII);
    private static final int ITERATIONS = 100_000;
    private static final int REMEMBERED = 1024;

    private final long self;
    private List<SecretKeySpec> roots;
    private SecretKey ownKey;
    /** The keys of those who have sent something authentic: deriving one costs as much as opening a datagram. */
    private final Map<Long, SecretKey> keys = new Recent<>(REMEMBERED);

    private final Cipher cipher;
    private long counter;

    /** Under these secrets; see {@link #harden}. */
    Seal(byte[]... secrets) {
        this(harden(List.of(secrets)));
    }

    private Seal(List<SecretKeySpec> roots) {
        this.self = randomNumber();
        this.roots = roots;
        this.ownKey = keyOf(roots.get(0), self);
        try {
            this.cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-GCM", e);
        }
    }

    /** As another process with the same secrets would have it, without the costly derivation. */
    Seal another() {
        return new Seal(roots);
    }

    /**
     * From now on these secrets, hardened, count in place of all earlier ones. The counter goes on: a secret that was
     * first before must not see its numbers again.
     */
    void use(List<SecretKeySpec> hardened) {
        roots = List.copyOf(hardened);
        ownKey = keyOf(roots.get(0), self);
        keys.clear();
    }

    /** This process's number. */
    long self() {
        return self;
    }

    /** Whether these bytes claim to be a sealed datagram. */
    static boolean looksSealed(byte[] bytes, int offset, int length) {
        return length >= START.length
                && bytes[offset] == START[0]
                && bytes[offset + 1] == START[1]
                && bytes[offset + 2] == START[2];
    }

    /** The datagram to send. */
    byte[] seal(long receiver, byte[] content, int offset, int length) {
        long number = ++counter;
        ByteBuffer datagram = ByteBuffer.allocate(HEADER + length + TAG);
        datagram.put(START).putLong(self).putLong(receiver).putLong(number);
        try {
            begin(Cipher.ENCRYPT_MODE, ownKey, number);
            cipher.updateAAD(datagram.array(), 0, HEADER);
            cipher.doFinal(content, offset, length, datagram.array(), HEADER);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-256-GCM", e);
        }
        return datagram.array();
    }

    /** The datagram that these bytes are, or empty when they were not sealed under the same secret. */
    Optional<Datagram> open(byte[] bytes, int offset, int length) {
        if (!looksSealed(bytes, offset, length) || length < HEADER + TAG) {
            return Optional.empty();
        }
        ByteBuffer header = ByteBuffer.wrap(bytes, offset + START.length, HEADER - START.length);
        long sender = header.getLong();
        long receiver = header.getLong();
        long number = header.getLong();
        if (sender == NOBODY || sender == self) {
            return Optional.empty();
        }
        SecretKey known = keys.get(sender);
        Optional<ByteBuffer> content = known == null ? Optional.empty() : decrypt(known, number, bytes, offset, length);
        // Unknown, or it seals under another secret now.
        for (int i = 0; content.isEmpty() && i < roots.size(); i++) {
            SecretKey key = keyOf(roots.get(i), sender);
            if (!key.equals(known)) {
                content = decrypt(key, number, bytes, offset, length);
                if (content.isPresent()) {
                    keys.put(sender, key);
                }
            }
        }
        return content.map(clear -> new Datagram(sender, receiver, number, clear));
    }

    private Optional<ByteBuffer> decrypt(SecretKey key, long number, byte[] bytes, int offset, int length) {
        try {
            begin(Cipher.DECRYPT_MODE, key, number);
            cipher.updateAAD(bytes, offset, HEADER);
            return Optional.of(ByteBuffer.wrap(cipher.doFinal(bytes, offset + HEADER, length - HEADER)));
        } catch (AEADBadTagException notOurs) {
            return Optional.empty();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no AES-256-GCM", e);
        }
    }

    private void begin(int mode, SecretKey key, long number) throws GeneralSecurityException {
        byte[] nonce = ByteBuffer.allocate(12).putLong(4, number).array();
        cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
    }

    /** One block of HKDF-Expand (RFC 5869 2.3): the key under which one process seals. */
    private static SecretKey keyOf(SecretKeySpec root, long sender) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(root);
            mac.update(ByteBuffer.allocate(9).putLong(sender).put((byte) 1).array());
            return new SecretKeySpec(mac.doFinal(), "AES");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA-256", e);
        }
    }

    /** Takes some 50 ms each: a secret that a human chose is hardened with PBKDF2 (RFC 8018). */
    static List<SecretKeySpec> harden(List<byte[]> secrets) {
        return secrets.stream().map(Seal::rootKey).toList();
    }

    private static SecretKeySpec rootKey(byte[] secret) {
        // One char per byte, since the key factory takes text and a secret need not be valid text.
        PBEKeySpec text =
                new PBEKeySpec(new String(secret, StandardCharsets.ISO_8859_1).toCharArray(), SALT, ITERATIONS, 256);
        try {
            SecretKeyFactory factory = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256");
            return new SecretKeySpec(factory.generateSecret(text).getEncoded(), "HmacSHA256");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no PBKDF2 with HMAC-SHA-256", e);
        } finally {
            text.clearPassword();
        }
    }

    private static long randomNumber() {
        SecureRandom random = new SecureRandom();
        long number = random.nextLong();
        while (number == NOBODY) {
            number = random.nextLong();
        }
        return number;
    }
}
