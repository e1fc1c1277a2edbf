package io.purelb.bench;

import io.purelb.core.Allocations;
import io.purelb.core.Configuration;
import io.purelb.core.Ledger;
import java.time.Instant;
import org.openjdk.jol.info.GraphLayout;

/**
 * How many bytes does a held address cost? Counts every object that can be reached from a ledger, except the characters of
 * the Services' names, which belong to whoever made them. Needs {@code -Djol.magicFieldOffset=true}: JOL cannot ask the JVM
 * for the layout of records.
 */
public final class HeldBytes {
    private static final int HELD = 65_536;

    private HeldBytes() {}

    public static void main(String[] arguments) {
        Ledger full = Workload.ledger("10.0.0.0/16");
        Workload.fill(full, 0, HELD);
        print("ledger, full /16", full, HELD);
        print("ledger, every other address of a /16", Workload.fragmented(16), HELD / 2);

        Allocations allocations = new Allocations();
        allocations.configure(Configuration.of(Configuration.EMPTY, Workload.groups("10.0.0.0/16")));
        for (int number = 0; number < HELD; number++) {
            allocations.put(Workload.request(number), Instant.EPOCH.plusSeconds(number));
        }
        print("ledger and requests of all Services, full /16", allocations, HELD);
    }

    private static void print(String what, Object root, int held) {
        GraphLayout layout = GraphLayout.parseInstance(root);
        long texts = layout.getClassSizes().count(String.class)
                + layout.getClassSizes().count(byte[].class);
        System.out.printf(
                "%s: %d bytes per held address (and %d of names)%n",
                what, (layout.totalSize() - texts) / held, texts / held);
        layout.getClassSizes().keys().stream()
                .filter(type -> layout.getClassSizes().count(type) > held)
                .forEach(type -> System.out.printf(
                        "    %s: %.1f%n",
                        type.getName(), (double) layout.getClassSizes().count(type) / held));
    }
}
