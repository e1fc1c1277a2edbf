/** Benchmarks: decisions of purelb-core, and the allocator on a real API server; docs/benchmarks.md has the results. Nobody may depend on it. */
@NullMarked
package io.purelb.bench;

import org.jspecify.annotations.NullMarked;
