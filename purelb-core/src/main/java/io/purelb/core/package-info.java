/** Every decision: addresses, pools, sharing, allocation, elections and node plans, without any I/O. */
@NullMarked
package io.purelb.core;

import org.jspecify.annotations.NullMarked;
