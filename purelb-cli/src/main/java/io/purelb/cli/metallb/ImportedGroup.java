package io.purelb.cli.metallb;

import io.purelb.core.AddressRange;
import io.purelb.core.GroupSpec;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.PoolSpec;
import io.purelb.core.SharingScope;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A ServiceGroup that was a pool of MetalLB.
 *
 * @param from the pool
 * @param name the group's name
 * @param notes how it came about, for its reader
 */
record ImportedGroup(MetalLbPool from, String name, List<Range> ranges, List<String> avoid, List<String> notes) {
    /** A part of it, in the words of the resource. */
    record Range(String subnet, AddressRange range, String pool, String aggregation) {
        IpFamily family() {
            return range.family();
        }
    }

    boolean contains(IpAddress address) {
        return ranges.stream().anyMatch(range -> range.range().contains(address));
    }

    List<Range> of(IpFamily family) {
        return ranges.stream().filter(range -> range.family() == family).toList();
    }

    /** As core validates it. */
    GroupSpec spec() {
        return new GroupSpec(
                MetalLbImport.NAMESPACE,
                name,
                Instant.EPOCH,
                Stream.of(IpFamily.values())
                        .flatMap(family -> pools(family).stream())
                        .toList(),
                SharingScope.CLUSTER,
                from.namespaces(),
                avoid);
    }

    private List<PoolSpec> pools(IpFamily family) {
        List<Range> mine = of(family);
        return IntStream.range(0, mine.size())
                .mapToObj(i -> new PoolSpec(
                        "spec.local." + field(family) + "[" + i + "]",
                        Optional.of(family),
                        mine.get(i).subnet(),
                        mine.get(i).pool(),
                        mine.get(i).aggregation()))
                .toList();
    }

    private static String field(IpFamily family) {
        return family == IpFamily.IPV4 ? "v4pools" : "v6pools";
    }

    /** One YAML document. */
    String yaml() {
        StringBuilder yaml = new StringBuilder("---\n");
        notes.forEach(note -> yaml.append("# ").append(note).append('\n'));
        yaml.append("apiVersion: purelb.io/v1\nkind: ServiceGroup\nmetadata:\n  name: ")
                .append(name)
                .append("\n  namespace: " + MetalLbImport.NAMESPACE + "\nspec:\n  local:\n");
        Stream.of(IpFamily.values()).forEach(family -> pools(yaml, field(family), of(family)));
        list(yaml, "namespaces", from.namespaces());
        list(yaml, "avoid", avoid);
        return yaml.toString();
    }

    private static void pools(StringBuilder yaml, String field, List<Range> ranges) {
        if (!ranges.isEmpty()) {
            yaml.append("    ").append(field).append(":\n");
        }
        for (Range range : ranges) {
            yaml.append("    - subnet: '")
                    .append(range.subnet())
                    .append("'\n      pool: '")
                    .append(range.pool())
                    .append("'\n      aggregation: ")
                    .append(range.aggregation())
                    .append('\n');
        }
    }

    private static void list(StringBuilder yaml, String field, List<String> values) {
        if (!values.isEmpty()) {
            yaml.append("  ").append(field).append(":\n");
            values.forEach(value ->
                    yaml.append("  - '").append(value.replace("'", "''")).append("'\n"));
        }
    }
}
