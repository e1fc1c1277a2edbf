/**
 * The allocator executable: reads Services and ServiceGroups, lets core decide, writes addresses. The main type is {@link
 * io.purelb.allocator.AllocatorMain}; nothing calls this package.
 */
@NullMarked
package io.purelb.allocator;

import org.jspecify.annotations.NullMarked;
