/** The allocator executable. */
@NullMarked
package io.purelb.allocator;

import org.jspecify.annotations.NullMarked;
