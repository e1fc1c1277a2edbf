/** kubectl-purelb and the lab. */
@NullMarked
package io.purelb.cli;

import org.jspecify.annotations.NullMarked;
