/**
 * Reads what MetalLB is configured with and says it in PureLB's words, so that no Service gets another address. {@link
 * io.purelb.cli.metallb.MetalLbImport} is the way in; the command line calls it.
 */
@NullMarked
package io.purelb.cli.metallb;

import org.jspecify.annotations.NullMarked;
