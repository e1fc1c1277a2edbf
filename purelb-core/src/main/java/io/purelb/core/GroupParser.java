package io.purelb.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Reads one group's text and finds everything wrong with it that needs no other group to see. */
final class GroupParser {
    /** The names that a namespace can have (RFC 1123 label). */
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    private final GroupSpec spec;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final List<AddressPool> pools = new ArrayList<>();
    /** Every range that can be read, good or not. */
    private final List<AddressRange> ranges = new ArrayList<>();

    private final List<AddressRange> avoid = new ArrayList<>();

    private GroupParser(GroupSpec spec) {
        this.spec = spec;
    }

    /**
     * What a text says.
     *
     * @param group the group; empty when there are problems
     * @param ranges the ranges that can be read
     * @param avoid those to be avoided that can be read
     */
    record Result(
            GroupSpec spec,
            Optional<ServiceGroup> group,
            List<AddressRange> ranges,
            List<AddressRange> avoid,
            List<ConfigProblem> problems) {}

    static Result parse(GroupSpec spec) {
        GroupParser parser = new GroupParser(spec);
        parser.readPools();
        parser.readAvoided();
        parser.readNamespaces();
        Optional<ServiceGroup> group = parser.problems.isEmpty()
                ? Optional.of(new ServiceGroup(spec, parser.pools, Set.copyOf(spec.namespaces()), parser.avoid))
                : Optional.empty();
        return new Result(spec, group, parser.ranges, parser.avoid, parser.problems);
    }

    private void readPools() {
        if (spec.pools().isEmpty()) {
            problem("spec.local", "", "has no pool: add one to v4pools or v6pools");
        }
        for (PoolSpec pool : spec.pools()) {
            try {
                readPool(pool);
            } catch (FieldException e) {
                problem(pool.field() + "." + e.field, e.written, e.reason);
            }
        }
    }

    private void readPool(PoolSpec pool) throws FieldException {
        if (pool.equals(PoolSpec.NETBOX)) {
            problem(pool.field(), "", "is an external IPAM, " + KnownNames.NO_EXTERNAL_IPAM);
            return;
        }
        if (pool.subnet().isBlank() || pool.pool().isBlank()) {
            String missing = pool.subnet().isBlank() ? "subnet" : "pool";
            problem(pool.field() + "." + missing, "", "is missing: pool and subnet belong together");
            return;
        }
        Subnet subnet = field("subnet", pool.subnet(), Subnet::parse);
        AddressRange range = field("pool", pool.pool(), AddressRange::parse);
        ranges.add(range);
        Aggregation aggregation =
                field("aggregation", pool.aggregation(), text -> Aggregation.parse(text, range.family()));
        if (pool.family().filter(family -> family != range.family()).isPresent()) {
            problem(
                    pool.field() + ".pool",
                    pool.pool(),
                    "is " + range.family() + ": move it to the pools of that family");
        } else if (UnusableRange.in(range).isPresent()) {
            problem(
                    pool.field() + ".pool",
                    pool.pool(),
                    "contains " + UnusableRange.in(range).get().words()
                            + ", which no Service can have: choose a range without");
        } else if (!subnet.contains(range.first()) || !subnet.contains(range.last())) {
            problem(
                    pool.field() + ".pool",
                    pool.pool(),
                    "is not inside its subnet " + pool.subnet().strip() + ": correct one of the two");
        } else {
            refuseOverlap(pool, range);
            pools.add(new AddressPool(range, subnet.network(), aggregation));
        }
    }

    private void refuseOverlap(PoolSpec pool, AddressRange range) {
        for (AddressPool earlier : pools) {
            if (earlier.range().overlaps(range)) {
                problem(
                        pool.field() + ".pool",
                        pool.pool(),
                        "overlaps " + earlier.range() + " of the same group: each address may stand once");
                return;
            }
        }
    }

    private void readAvoided() {
        for (int i = 0; i < spec.avoid().size(); i++) {
            String text = spec.avoid().get(i);
            try {
                avoid.add(AddressRange.parse(text));
            } catch (AddressFormatException e) {
                problem("spec.avoid[" + i + "]", text, e.reason());
            }
        }
    }

    private void readNamespaces() {
        for (int i = 0; i < spec.namespaces().size(); i++) {
            String name = spec.namespaces().get(i);
            if (!LABEL.matcher(name).matches()) {
                problem(
                        "spec.namespaces[" + i + "]",
                        name,
                        "is not the name of a namespace: write at most 63 lower-case letters, digits and inner dashes");
            }
        }
    }

    private void problem(String field, String value, String reason) {
        problems.add(new ConfigProblem(spec.namespace(), spec.name(), field, value, reason));
    }

    private static <T> T field(String name, String written, Function<String, T> read) throws FieldException {
        try {
            return read.apply(written.strip());
        } catch (AddressFormatException e) {
            throw new FieldException(name, written, e);
        }
    }

    /** Remembers which field of a pool did not parse. */
    private static final class FieldException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String field;
        private final String written;
        private final String reason;

        private FieldException(String field, String written, AddressFormatException fault) {
            super(fault);
            this.field = field;
            this.written = written;
            this.reason = fault.reason();
        }
    }
}
