package io.purelb.cli.metallb;

import io.purelb.cli.metallb.ImportedGroup.Range;
import io.purelb.core.AddressFormatException;
import io.purelb.core.AddressRange;
import io.purelb.core.Allocator;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import io.purelb.core.UserText;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** Makes ServiceGroups of pools. */
final class GroupImport {
    /** The definition of ServiceGroup takes no more. */
    private static final int MOST_AVOIDED = 1024;

    private static final int LAST_BYTE = 256;
    /** Of those that give addresses to everybody, MetalLB's first; 0 is no priority and goes last. */
    private static final Comparator<MetalLbPool> FIRST = Comparator.comparing(
                    (MetalLbPool pool) -> !pool.namespaces().isEmpty())
            .thenComparing(pool -> !pool.name().equals(Allocator.DEFAULT_GROUP))
            .thenComparing(pool -> pool.priority() == 0)
            .thenComparing(MetalLbPool::priority)
            .thenComparing(MetalLbPool::name);

    private final MetalLbConfiguration metalLb;
    private final List<Subnet> subnets;
    private final List<IpAddress> nodes;
    private final Warnings warnings;
    private final Set<String> names = new HashSet<>();

    /**
     * Makes groups.
     *
     * @param subnets those that the user names, which go before what can be derived
     * @param nodes addresses of the Nodes
     */
    GroupImport(MetalLbConfiguration metalLb, List<Subnet> subnets, List<IpAddress> nodes, Warnings warnings) {
        this.metalLb = metalLb;
        this.subnets = subnets;
        this.nodes = nodes;
        this.warnings = warnings;
    }

    List<ImportedGroup> groups() {
        List<MetalLbPool> automatic = metalLb.pools().stream()
                .filter(MetalLbPool::autoAssign)
                .sorted(FIRST)
                .toList();
        Optional<MetalLbPool> common = automatic.stream().findFirst();
        if (common.isEmpty()) {
            warnings.add(
                    "ServiceGroup default",
                    "",
                    "is not there, because no pool has autoAssign: a Service that names no group gets no address, as now");
        }
        automatic.stream()
                .skip(1)
                .forEach(pool -> warnings.add(
                        pool.title(),
                        "spec.autoAssign",
                        "is true of " + automatic.size()
                                + " pools, but a Service that names no group gets an address of"
                                + " ServiceGroup default only: name this one in annotation purelb.io/service-group, or move"
                                + " its ranges into default"));
        names.add(Allocator.DEFAULT_GROUP);
        return metalLb.pools().stream()
                .map(pool -> group(pool, common.filter(pool::equals).isPresent()))
                .toList();
    }

    private ImportedGroup group(MetalLbPool pool, boolean isDefault) {
        List<String> notes = new ArrayList<>(List.of("Was " + UserText.shown(pool.title())
                + (pool.title().endsWith("/" + pool.name()) ? "." : ", pool " + UserText.quoted(pool.name()) + ".")));
        List<Advertisement> advertisements = metalLb.of(pool);
        boolean layer2 = advertisements.stream().anyMatch(Advertisement::layer2);
        if (advertisements.isEmpty()) {
            warnings.add(
                    pool.title(),
                    "",
                    "has no advertisement, so MetalLB announces nothing of " + UserText.quoted(pool.name())
                            + "; PureLB announces every address: leave the group out where that is not wanted");
        }
        Optional<Advertisement> routed =
                advertisements.stream().filter(each -> !each.layer2()).findFirst();
        List<Range> ranges = new ArrayList<>();
        for (String written : pool.addresses()) {
            range(pool, written, layer2, routed, notes).ifPresent(ranges::add);
        }
        if (ranges.isEmpty()) {
            warnings.add(pool.title(), "spec.addresses", "has nothing that can be used: correct it, then import again");
        }
        return new ImportedGroup(
                pool,
                isDefault ? named(pool, notes) : free(pool, notes),
                ranges,
                pool.avoidBuggy() ? buggy(pool, ranges) : List.of(),
                notes);
    }

    private static String named(MetalLbPool pool, List<String> notes) {
        if (!pool.name().equals(Allocator.DEFAULT_GROUP)) {
            notes.add("Called default, because a Service that names no group gets an address of that one.");
        }
        return Allocator.DEFAULT_GROUP;
    }

    /** The pool's name where it can be a group's and is not taken. */
    private String free(MetalLbPool pool, List<String> notes) {
        String name = pool.name()
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9.-]", "-")
                .replaceAll("^[.-]+|[.-]+$", "");
        String candidate = name.isEmpty() ? "pool" : name;
        for (int i = 1; !names.add(candidate); i++) {
            candidate = name + "-" + i;
        }
        if (!candidate.equals(pool.name())) {
            notes.add("Called " + candidate + ", because " + UserText.quoted(pool.name())
                    + " is taken or cannot be a group's name.");
        }
        return candidate;
    }

    private Optional<Range> range(
            MetalLbPool pool, String written, boolean layer2, Optional<Advertisement> routed, List<String> notes) {
        try {
            // MetalLB takes a subnet as a whole, whatever its host bits.
            Optional<Subnet> whole =
                    written.contains("/") ? Optional.of(Subnet.parse(written).network()) : Optional.empty();
            AddressRange range = AddressRange.parse(whole.map(Subnet::toString).orElse(written));
            Subnet subnet = subnet(range, whole, notes);
            if (layer2 && !nodes.isEmpty() && nodes.stream().noneMatch(subnet::contains)) {
                warnings.add(
                        pool.title(),
                        "spec.addresses",
                        UserText.quoted(written)
                                + " is announced on the LAN, but no Node's address lies in the derived subnet " + subnet
                                + ": import with --subnet and the LAN's subnet, written address/length");
            }
            return Optional.of(new Range(
                    subnet.toString(),
                    range,
                    whole.map(Subnet::toString).orElse(range.toString()),
                    aggregation(pool, subnet, routed)));
        } catch (AddressFormatException e) {
            warnings.add(
                    pool.title(), "spec.addresses", UserText.quoted(written) + " " + e.reason() + "; it is left out");
            return Optional.empty();
        }
    }

    private Subnet subnet(AddressRange range, Optional<Subnet> whole, List<String> notes) {
        for (Subnet named : subnets) {
            if (named.contains(range.first()) && named.contains(range.last())) {
                notes.add("Subnet " + named.network() + " of " + range + " is that of --subnet.");
                return named.network();
            }
        }
        if (whole.isPresent()) {
            notes.add("Subnet " + whole.get() + " is the range itself, for MetalLB knows no subnets.");
            return whole.get();
        }
        int length = range.family().bits();
        while (!new Subnet(range.first(), length).contains(range.last())) {
            length--;
        }
        Subnet smallest = new Subnet(range.first(), length).network();
        notes.add("Subnet " + smallest + " is the smallest that contains " + range + ", for MetalLB knows no subnets.");
        return smallest;
    }

    /** MetalLB advertises host routes unless told otherwise; PureLB's default is the subnet's length. */
    private String aggregation(MetalLbPool pool, Subnet subnet, Optional<Advertisement> routed) {
        if (routed.isEmpty()) {
            return "default";
        }
        int length = subnet.family() == IpFamily.IPV4
                ? routed.get().length()
                : routed.get().lengthV6();
        boolean several = metalLb.of(pool).stream()
                        .filter(each -> !each.layer2())
                        .map(each -> subnet.family() == IpFamily.IPV4 ? each.length() : each.lengthV6())
                        .distinct()
                        .count()
                > 1;
        if (several) {
            warnings.add(
                    pool.title(),
                    "",
                    "is advertised with several aggregation lengths, and a pool has one: the first, /" + length
                            + ", is taken; let the routing software make the others of it");
        }
        return "/" + length;
    }

    private List<String> buggy(MetalLbPool pool, List<Range> ranges) {
        List<String> avoid = new ArrayList<>();
        for (Range range : ranges) {
            if (range.family() == IpFamily.IPV4) {
                long first = range.range().first().low();
                long last = range.range().last().low();
                for (long net = first / LAST_BYTE * LAST_BYTE;
                        net <= last && avoid.size() <= MOST_AVOIDED;
                        net += LAST_BYTE) {
                    if (net >= first) {
                        avoid.add(new IpAddress(IpFamily.IPV4, 0, net).toString());
                    }
                    if (net + LAST_BYTE - 1 >= first && net + LAST_BYTE - 1 <= last) {
                        avoid.add(new IpAddress(IpFamily.IPV4, 0, net + LAST_BYTE - 1).toString());
                    }
                }
            }
        }
        if (avoid.size() > MOST_AVOIDED) {
            warnings.add(
                    pool.title(),
                    "spec.avoidBuggyIPs",
                    "would be more than " + MOST_AVOIDED + " entries of spec.avoid and is left out: split the pool into"
                            + " smaller ones");
            return List.of();
        }
        return avoid;
    }
}
