package io.purelb.core;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * The one table of names that users may write: fields of PureLB's own kinds and keys of annotations. The build compares it
 * with the definitions and with the keys in use.
 */
public final class KnownNames {
    /** What annotations of PureLB begin with. */
    public static final String PREFIX = "purelb.io/";

    /** What to do without one. */
    static final String NO_EXTERNAL_IPAM = "which is not supported: write the addresses themselves into spec.local";

    static final String SERVICE = "Service";
    static final String SERVICE_GROUP = "ServiceGroup";
    static final String LB_NODE_AGENT = "LBNodeAgent";

    private static final String POOL = "subnet pool aggregation";
    private static final String LIFETIMES = "validLifetime preferredLifetime noPrefixRoute";
    private static final String TOP = "apiVersion kind metadata spec status";

    /** Kind → path of each object in it → the fields there. What is in no path is not looked into. */
    private static final Map<String, Map<String, Set<String>>> FIELDS = Map.of(
            SERVICE_GROUP,
            table(
                    "", TOP,
                    "spec", "local sharingScope namespaces avoid",
                    "spec.local", "v4pools v6pools v4pool v6pool " + POOL,
                    "spec.local.v4pools[]", POOL,
                    "spec.local.v6pools[]", POOL,
                    "spec.local.v4pool", POOL,
                    "spec.local.v6pool", POOL),
            LB_NODE_AGENT,
            table(
                    "", TOP,
                    "spec", "local nodeSelector",
                    "spec.local", "localint defaultRoutes extlbint sendgarp garp probe addressConfig",
                    "spec.local.garp", "count interval refresh",
                    "spec.local.addressConfig", "localInterface dummyInterface",
                    "spec.local.addressConfig.localInterface", LIFETIMES,
                    "spec.local.addressConfig.dummyInterface", LIFETIMES,
                    "spec.nodeSelector", "matchLabels matchExpressions",
                    "spec.nodeSelector.matchExpressions[]", "key operator values"));

    /** Keys of annotations that users of Services write. */
    private static final List<String> ASKED = List.of("service-group", "addresses", "allow-shared-ip", "allow-local");

    /** Keys of annotations that PureLB writes on Services, now or in older versions. */
    private static final List<String> WRITTEN = List.of(
            "allocated-by",
            "allocated-from",
            "announcing-node",
            "announcing-interface",
            "announcing-IPv4",
            "announcing-IPv6",
            "announcing",
            "announcing-unknown");

    /** What other versions called a field, or what is not taken over from them → what to do. */
    private static final Map<String, String> OTHER_VERSIONS = Map.of(
            "ServiceGroup spec.netbox",
            "an external IPAM, " + NO_EXTERNAL_IPAM,
            "ServiceGroup spec.remote",
            "whether an address is local is seen from the nodes' subnets: write the pools into spec.local",
            "LBNodeAgent spec.local.garpConfig",
            "did you mean garp?",
            "LBNodeAgent spec.local.localInterface",
            "did you mean localint?",
            "LBNodeAgent spec.local.dummyInterface",
            "did you mean extlbint?",
            "Service " + PREFIX + "address-pool",
            "did you mean " + PREFIX + "service-group?",
            "Service " + PREFIX + "address",
            "did you mean " + PREFIX + "addresses?");

    private KnownNames() {}

    private static Map<String, Set<String>> table(String... pathsAndFields) {
        Map<String, Set<String>> table = new TreeMap<>();
        for (int i = 0; i < pathsAndFields.length; i += 2) {
            table.put(pathsAndFields[i], new LinkedHashSet<>(List.of(pathsAndFields[i + 1].split(" ", -1))));
        }
        return table;
    }

    /** The fields of a kind: path of each object in it, lists ending in {@code []}, → the names there. */
    public static Map<String, Set<String>> fields(String kind) {
        return FIELDS.getOrDefault(kind, Map.of());
    }

    /** The keys of annotations that mean something on a kind. */
    public static List<String> annotations(String kind) {
        return kind.equals(SERVICE)
                ? Stream.of(ASKED, WRITTEN)
                        .flatMap(List::stream)
                        .map(PREFIX::concat)
                        .toList()
                : List.of();
    }

    /** Those of them that users may write. */
    static List<String> askedBy(String kind) {
        return kind.equals(SERVICE) ? ASKED.stream().map(PREFIX::concat).toList() : List.of();
    }

    /** What to do about a name of another version. */
    static Optional<String> remedy(String kind, String name) {
        return Optional.ofNullable(OTHER_VERSIONS.get(kind + " " + name));
    }
}
