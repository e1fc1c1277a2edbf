package io.purelb.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@code services -o json} prints. */
record ServicesReport(List<ServiceRow> addresses, List<SharedIp> sharedIPs, Summary summary, List<String> notes) {
    /** An address that several Services hold. */
    record SharedIp(String ip, String key, List<String> services) {}

    record Summary(long services, long ips, long problems) {
        /** {@code 1 service, 2 IPs, 0 problems}, with the right plurals. */
        @Override
        public String toString() {
            return count(services, "service") + ", " + count(ips, "IP") + ", " + count(problems, "problem");
        }

        private static String count(long number, String what) {
            return number + " " + what + (number == 1 ? "" : "s");
        }
    }

    /**
     * Sums up.
     *
     * @param rows those that are shown
     */
    static ServicesReport of(List<ServiceRow> rows, List<String> notes) {
        List<SharedIp> shared = new ArrayList<>();
        Map<String, ServiceRow> byAddress = new TreeMap<>(); // one row tells all
        rows.stream().filter(row -> !row.sharedWith().isEmpty()).forEach(row -> byAddress.putIfAbsent(row.ip(), row));
        byAddress.forEach((ip, row) -> {
            List<String> services = new ArrayList<>(row.sharedWith());
            services.add(row.namespace() + "/" + row.service());
            shared.add(
                    new SharedIp(ip, row.sharing(), services.stream().sorted().toList()));
        });
        return new ServicesReport(
                rows,
                shared,
                new Summary(
                        rows.stream()
                                .map(row -> List.of(row.namespace(), row.service()))
                                .distinct()
                                .count(),
                        rows.stream()
                                .filter(ServiceRow::holdsAddress)
                                .map(ServiceRow::ip)
                                .distinct()
                                .count(),
                        rows.stream().mapToInt(row -> row.problems().size()).sum()),
                notes);
    }
}
