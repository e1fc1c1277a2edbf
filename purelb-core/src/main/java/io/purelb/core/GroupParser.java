package io.purelb.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** Reads one group's text and finds everything wrong with it that needs no other group to see. */
final class GroupParser {
    private final GroupSpec spec;
    private final List<ConfigProblem> problems = new ArrayList<>();
    private final List<AddressPool> pools = new ArrayList<>();
    private final List<AddressRange> avoid = new ArrayList<>();

    private GroupParser(GroupSpec spec) {
        this.spec = spec;
    }

    /** The group, or the problems that keep it from being one. */
    record Result(Optional<ServiceGroup> group, List<ConfigProblem> problems) {}

    static Result parse(GroupSpec spec) {
        GroupParser parser = new GroupParser(spec);
        parser.readPools();
        parser.readAvoided();
        if (!parser.problems.isEmpty()) {
            return new Result(Optional.empty(), parser.problems);
        }
        ServiceGroup group = new ServiceGroup(spec, parser.pools, Set.copyOf(spec.namespaces()), parser.avoid);
        return new Result(Optional.of(group), List.of());
    }

    private void readPools() {
        if (spec.pools().isEmpty()) {
            problem("spec.local", "", "has no pool: add one to v4pools or v6pools");
        }
        for (PoolSpec pool : spec.pools()) {
            try {
                readPool(pool);
            } catch (FieldException e) {
                problem(pool.field() + "." + e.field, e.fault.text(), e.fault.reason());
            }
        }
    }

    private void readPool(PoolSpec pool) throws FieldException {
        Subnet subnet = field("subnet", () -> Subnet.parse(pool.subnet().strip()));
        AddressRange range = field("pool", () -> AddressRange.parse(pool.pool()));
        Aggregation aggregation =
                field("aggregation", () -> Aggregation.parse(pool.aggregation().strip(), range.family()));
        if (pool.family().filter(family -> family != range.family()).isPresent()) {
            problem(
                    pool.field() + ".pool",
                    pool.pool(),
                    "is " + range.family() + ": move it to the pools of that family");
        } else if (!subnet.contains(range.first()) || !subnet.contains(range.last())) {
            problem(
                    pool.field() + ".pool",
                    pool.pool(),
                    "is not inside its subnet " + subnet.network() + ": correct one of the two");
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

    private void problem(String field, String value, String reason) {
        problems.add(new ConfigProblem(spec.namespace(), spec.name(), field, value, reason));
    }

    private static <T> T field(String name, Supplier<T> read) throws FieldException {
        try {
            return read.get();
        } catch (AddressFormatException e) {
            throw new FieldException(name, e);
        }
    }

    /** Remembers which field of a pool did not parse. */
    private static final class FieldException extends Exception {
        private static final long serialVersionUID = 1L;

        private final String field;
        private final AddressFormatException fault;

        private FieldException(String field, AddressFormatException fault) {
            super(fault);
            this.field = field;
            this.fault = fault;
        }
    }
}
