/**
 * What the long-running executables share and Kubernetes has no part in: log lines, flags, the monitoring server, the loop
 * thread. {@link io.purelb.process.Program} is where a main class begins; only executables call this package.
 */
@NullMarked
package io.purelb.process;

import org.jspecify.annotations.NullMarked;
