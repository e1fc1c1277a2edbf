package io.purelb.netlink;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Kernel settings under {@code /proc/sys}; those below {@code net} are of the calling thread's network namespace. */
public final class Sysctl {
    private static final Path ROOT = Path.of("/proc/sys");

    private Sysctl() {}

    /**
     * A setting's value without the final newline, or empty when the kernel has none of this name.
     *
     * @param name as a path, because interface names may have dots: {@code net/ipv4/conf/eth0.5/arp_ignore}
     */
    public static Optional<String> read(String name) throws IOException {
        try {
            return Optional.of(Files.readString(path(name)).strip());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    /**
     * Changes a setting, unless it has that value already.
     *
     * @return false when the kernel has none of this name
     * @throws IOException also where {@code /proc/sys} is read-only, as in an unprivileged container
     */
    public static boolean write(String name, String value) throws IOException {
        Optional<String> present = read(name);
        if (present.isPresent() && !present.get().equals(value)) {
            Files.writeString(path(name), value, StandardOpenOption.WRITE);
        }
        return present.isPresent();
    }

    private static Path path(String name) {
        Path path = ROOT.resolve(name).normalize();
        if (!path.startsWith(ROOT)) {
            throw new IllegalArgumentException("kernel setting \"" + name + "\" is outside " + ROOT);
        }
        return path;
    }
}
