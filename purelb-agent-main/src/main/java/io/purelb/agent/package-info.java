/** The node agent executable. */
@NullMarked
package io.purelb.agent;

import org.jspecify.annotations.NullMarked;
