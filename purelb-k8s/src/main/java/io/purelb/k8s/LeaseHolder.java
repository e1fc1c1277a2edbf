package io.purelb.k8s;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Who holds a lease: a name that no two living processes share, and that tells whether an earlier holder has ended. In a
 * pod that is the pod's UID (environment {@code PURELB_POD_UID}): the kubelet starts a container only after the one before
 * it has ended. Elsewhere it is the process's id and start time, with the boot and the process namespace in which they mean
 * something (proc(5)).
 */
final class LeaseHolder {
    private static final String SEPARATOR = "_";
    /** Fields of /proc/PID/stat behind the name, which ends with the last bracket: state (3) and start time (22). */
    private static final int STATE = 0;

    private static final int START_TIME = 19;

    private final String text;

    private LeaseHolder(String text) {
        this.text = text;
    }

    /** @param podUid the value of {@code PURELB_POD_UID}; empty when there is none */
    static LeaseHolder ofThisProcess(String podUid) {
        String host = read(Path.of("/proc/sys/kernel/hostname")).orElse("localhost");
        return new LeaseHolder(host
                + SEPARATOR
                + (podUid.isEmpty() ? process(ProcessHandle.current().pid()) : podUid));
    }

    /** The same for any process of this machine, for tests. */
    static LeaseHolder ofProcess(long pid) {
        return new LeaseHolder("localhost" + SEPARATOR + process(pid));
    }

    private static String process(long pid) {
        return String.join(
                SEPARATOR,
                boot(),
                namespace(),
                String.valueOf(pid),
                startTime(pid).orElse("0"));
    }

    private static String boot() {
        return read(Path.of("/proc/sys/kernel/random/boot_id")).orElse("");
    }

    /** Only equal for processes that see each other's ids; ended with all its processes before its name is used again. */
    private static String namespace() {
        try {
            return Files.readSymbolicLink(Path.of("/proc/self/ns/pid"))
                    .toString()
                    .replaceAll("\\D", "");
        } catch (IOException | UnsupportedOperationException unknown) {
            return "";
        }
    }

    /** When a process was started, in ticks since boot; empty when it has ended. */
    private static Optional<String> startTime(long pid) {
        return read(Path.of("/proc/" + pid + "/stat"))
                .map(stat -> List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)))
                .filter(fields ->
                        !fields.get(STATE).equals("Z") && !fields.get(STATE).equals("X"))
                .map(fields -> fields.get(START_TIME));
    }

    private static Optional<String> read(Path file) {
        try {
            return Optional.of(Files.readString(file).strip());
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** The text for {@code holderIdentity}. */
    @Override
    public String toString() {
        return text;
    }

    /** Whether the holder with this text has certainly ended, or is this process itself. */
    boolean hasEnded(String holder) {
        if (holder.equals(text)) {
            return true;
        }
        List<String> parts = List.of(holder.split(SEPARATOR, -1));
        int last = parts.size() - 1;
        if (last < 4
                || boot().isEmpty()
                || namespace().isEmpty()
                // Where even the first process cannot be seen (hidepid), not seeing another says nothing.
                || startTime(1).isEmpty()
                || !parts.get(last - 3).equals(boot())
                || !parts.get(last - 2).equals(namespace())) {
            return false;
        }
        try {
            return !startTime(Long.parseLong(parts.get(last - 1))).equals(Optional.of(parts.get(last)));
        } catch (NumberFormatException notOurs) {
            return false;
        }
    }
}
