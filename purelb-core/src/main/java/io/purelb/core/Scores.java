package io.purelb.core;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds winners as {@link Election#winner} does, and remembers the first 64 bits of each digest, so that a membership
 * that changes costs no hashing of what was hashed before. 8 bytes per address and candidate; not thread-safe.
 */
final class Scores {
    /** Once so many nodes are known, and twice as many as there are candidates, everything is forgotten: most have gone. */
    private static final int MANY_NODES = 256;

    private static final long UNKNOWN = 0;

    private final MessageDigest sha256 = Election.sha256();
    private final Map<String, Integer> numbers = new HashMap<>();
    private final Map<IpAddress, long[]> byAddress = new HashMap<>();

    /** The winner among candidates without duplicates; empty when there is none. */
    Optional<String> winner(List<String> candidates, IpAddress address) {
        if (candidates.size() <= 1) {
            return candidates.stream().findFirst();
        }
        String best = "";
        long lowest = 0;
        boolean tied = false;
        for (String node : candidates) {
            long score = score(number(node, candidates.size()), node, address);
            int order = best.isEmpty() ? -1 : Long.compareUnsigned(score, lowest);
            tied = order == 0 || (tied && order > 0);
            if (order < 0) {
                best = node;
                lowest = score;
            }
        }
        return tied ? Election.winner(candidates, address) : Optional.of(best);
    }

    private long score(int number, String node, IpAddress address) {
        long[] known = byAddress.computeIfAbsent(address, a -> new long[numbers.size()]);
        if (number >= known.length) {
            known = Arrays.copyOf(known, numbers.size());
            byAddress.put(address, known);
        }
        if (known[number] == UNKNOWN) {
            byte[] digest = sha256.digest(Election.text(node, address));
            known[number] = new BigInteger(Arrays.copyOf(digest, Long.BYTES)).longValue();
        }
        return known[number];
    }

    private int number(String node, int candidates) {
        Integer number = numbers.get(node);
        if (number == null) {
            if (numbers.size() >= Math.max(MANY_NODES, 2 * candidates)) {
                numbers.clear();
                byAddress.clear();
            }
            number = numbers.size();
            numbers.put(node, number);
        }
        return number;
    }

    /** Forgets an address. */
    void forget(IpAddress address) {
        byAddress.remove(address);
    }
}
