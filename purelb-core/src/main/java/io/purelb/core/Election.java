package io.purelb.core;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which node announces a local address: the one with the lowest SHA-256 of UTF-8 {@code node#address}, the address in
 * canonical text and digests compared as unsigned bytes. It depends on the set of nodes only, so all nodes that see the
 * same set agree without talking, and a change of the set moves only addresses whose winner left or arrived.
 */
public final class Election {
    private Election() {}

    /** The winner; empty when there is no candidate. */
    public static Optional<String> winner(Collection<String> candidates, IpAddress address) {
        return candidates.stream()
                .distinct()
                .map(node -> score(node, address))
                .min(ORDER)
                .map(Score::node);
    }

    /** All candidates, best first. */
    public static List<String> ranking(Collection<String> candidates, IpAddress address) {
        return candidates.stream()
                .distinct()
                .map(node -> score(node, address))
                .sorted(ORDER)
                .map(Score::node)
                .toList();
    }

    /**
     * A live node, and what keeps it from announcing a local address.
     *
     * @param node its name
     * @param objection why it may not, as the rest of a sentence that begins with its name; empty when it may
     */
    public record Candidacy(String node, Optional<String> objection) {}

    /**
     * Who may announce a local address: a live node that owns a subnet with it on an interface whose link is up,
     * and that is not draining.
     *
     * @param onlyWithEndpoints nodes with a ready endpoint, where only such may announce
     */
    public static List<Candidacy> candidacies(
            Collection<Membership.Member> members, IpAddress address, Optional<Set<String>> onlyWithEndpoints) {
        return members.stream()
                .map(member -> new Candidacy(member.node(), objection(member, address, onlyWithEndpoints)))
                .toList();
    }

    private static Optional<String> objection(
            Membership.Member member, IpAddress address, Optional<Set<String>> onlyWithEndpoints) {
        if (!Contests.contains(member.subnets(), address)) {
            return Optional.of(
                    Contests.contains(member.downSubnets(), address)
                            ? "has no link"
                            : "has no local interface in its subnet");
        }
        if (member.draining()) {
            return Optional.of("is draining or excluded");
        }
        return onlyWithEndpoints.filter(nodes -> !nodes.contains(member.node())).map(nodes -> "has no ready endpoint");
    }

    private static final Comparator<Score> ORDER =
            Comparator.comparing(Score::digest, Arrays::compareUnsigned).thenComparing(Score::node);

    @SuppressWarnings("ArrayRecordComponent") // Never compared as a record: ORDER compares the bytes.
    private record Score(String node, byte[] digest) {}

    private static Score score(String node, IpAddress address) {
        return new Score(node, sha256().digest(text(node, address)));
    }

    /** What is hashed. */
    static byte[] text(String node, IpAddress address) {
        return (node + "#" + address).getBytes(StandardCharsets.UTF_8);
    }

    /** What hashes it. */
    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
