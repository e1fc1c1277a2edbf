/**
 * What holds of every address allocator: properties, the sequences of commands they are tried on, and a model. The main type
 * is {@link io.purelb.core.testkit.AllocatorProperties}; anybody's tests may use it, as purelb-core's own do.
 */
@NullMarked
package io.purelb.core.testkit;

import org.jspecify.annotations.NullMarked;
