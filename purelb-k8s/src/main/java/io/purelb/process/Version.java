package io.purelb.process;

import java.util.Optional;

/** Which build this is. */
public final class Version {
    private Version() {}

    /** The version in the manifest of the jar that holds {@code type}; {@code dev} outside a jar. */
    public static String of(Class<?> type) {
        return Optional.ofNullable(type.getPackage().getImplementationVersion()).orElse("dev");
    }
}
