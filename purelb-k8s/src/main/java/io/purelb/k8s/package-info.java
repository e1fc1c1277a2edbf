/**
 * Kubernetes over fabric8: custom resources, caches, key queue, translation to core records, patches and events. The main
 * type is {@link io.purelb.k8s.Watched}; the executables, the lab and the command line call it.
 */
@NullMarked
package io.purelb.k8s;

import org.jspecify.annotations.NullMarked;
