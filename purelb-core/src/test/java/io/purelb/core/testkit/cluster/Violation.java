package io.purelb.core.testkit.cluster;

/** Something happened that must not happen. */
final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;

    Violation(String message) {
        super(message);
    }
}
