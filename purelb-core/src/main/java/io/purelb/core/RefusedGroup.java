package io.purelb.core;

import java.util.List;

/**
 * A group whose present text is not in force. An earlier version of it may be.
 *
 * @param spec the text
 * @param ranges the ranges in it that can be read
 * @param avoid those that it would never hand out
 * @param problems why it is not in force; at least one
 */
record RefusedGroup(GroupSpec spec, List<AddressRange> ranges, List<AddressRange> avoid, List<ConfigProblem> problems) {
    RefusedGroup {
        ranges = List.copyOf(ranges);
        avoid = List.copyOf(avoid);
        problems = List.copyOf(problems);
    }

    /** Whether it would hand an address out. */
    boolean wouldGive(IpAddress address) {
        return ranges.stream().anyMatch(range -> range.contains(address))
                && avoid.stream().noneMatch(range -> range.contains(address));
    }

    /** The first fault, and how many there are beside it. */
    String why() {
        String others = problems.size() == 1 ? "" : " (and " + (problems.size() - 1) + " more)";
        return problems.get(0).fault() + others;
    }
}
