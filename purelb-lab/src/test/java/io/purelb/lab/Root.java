package io.purelb.lab;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

/** The right to make network namespaces, which the kernel tests need. */
final class Root {
    private Root() {}

    /** Skips the test, loudly, for anybody but root. */
    static void require() {
        boolean root = "root".equals(System.getProperty("user.name"));
        if (!root) {
            System.err.println("SKIPPED: kernel tests need root");
        }
        assumeTrue(root, "kernel tests need root");
    }
}
