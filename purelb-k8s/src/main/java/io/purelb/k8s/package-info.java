/** Custom resources, informers, key queue, writers and events over fabric8; what both executables share. */
@NullMarked
package io.purelb.k8s;

import org.jspecify.annotations.NullMarked;
