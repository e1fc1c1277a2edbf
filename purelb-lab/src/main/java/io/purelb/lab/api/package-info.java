/**
 * A small Kubernetes API server, held in memory, for tries, demonstrations and tests: kubectl and client libraries work
 * against it as against a real one. The main type is {@link io.purelb.lab.api.ApiServer}; the lab, the command line and
 * tests may call it, the product's executables know nothing of it.
 */
@NullMarked
package io.purelb.lab.api;

import org.jspecify.annotations.NullMarked;
