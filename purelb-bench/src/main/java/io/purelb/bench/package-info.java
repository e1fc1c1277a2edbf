/** Benchmarks of purelb-core, one question a class; docs/benchmarks.md has the results. Nobody may depend on it. */
@NullMarked
package io.purelb.bench;

import org.jspecify.annotations.NullMarked;
