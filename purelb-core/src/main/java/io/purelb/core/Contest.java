package io.purelb.core;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** The live nodes that may announce some local addresses, or why they may not; the same for all these addresses. */
final class Contest {
    private final List<String> candidates;
    private final String among;
    private final String nobody;
    /** Winner → reason, one text for all addresses that a node wins. */
    private final Map<String, String> reasons = new HashMap<>();

    Contest(List<Election.Candidacy> candidacies) {
        candidates = candidacies.stream()
                .filter(candidacy -> candidacy.objection().isEmpty())
                .map(Election.Candidacy::node)
                .toList();
        among = " wins among " + String.join(", ", candidates);
        nobody = candidates.isEmpty()
                ? "no node can announce it: "
                        + candidacies.stream()
                                .map(candidacy -> candidacy.node() + " "
                                        + candidacy.objection().orElseThrow())
                                .collect(Collectors.joining(", "))
                : "";
    }

    /** Who is to announce an address. */
    Optional<String> winner(Scores scores, IpAddress address) {
        return scores.winner(candidates, address);
    }

    /** Why, for people. */
    String reason(Optional<String> winner) {
        return winner.map(name -> reasons.computeIfAbsent(name, n -> n + among)).orElse(nobody);
    }
}
