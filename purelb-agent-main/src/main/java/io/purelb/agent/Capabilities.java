package io.purelb.agent;

import io.purelb.process.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Whether this process may do its work: the effective set in {@code /proc/self/status} (capabilities(7)). */
final class Capabilities {
    private static final int NET_ADMIN = 12;
    private static final int NET_RAW = 13;

    private Capabilities() {}

    /**
     * Checks them.
     *
     * @throws StartException naming those that are missing
     */
    static void require() {
        try {
            require(Files.readString(Path.of("/proc/self/status")));
        } catch (IOException e) {
            throw new StartException("/proc/self/status cannot be read: run the agent on Linux with /proc", e);
        }
    }

    static void require(String status) {
        long effective = status.lines()
                .filter(line -> line.startsWith("CapEff:"))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(7).strip(), 16))
                .findFirst()
                .orElse(0);
        List<String> missing = new ArrayList<>();
        if ((effective >> NET_ADMIN & 1) == 0) {
            missing.add("CAP_NET_ADMIN");
        }
        if ((effective >> NET_RAW & 1) == 0) {
            missing.add("CAP_NET_RAW");
        }
        if (!missing.isEmpty()) {
            throw new StartException("the agent needs " + String.join(" and ", missing)
                    + ": grant it in the container's securityContext, or run as root");
        }
    }
}
