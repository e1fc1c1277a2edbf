/**
 * What PureLB sees to in a cluster before anybody can use it: its definitions, the election group's key, the first
 * objects. {@link io.purelb.k8s.setup.Duties} does so again and again for whoever leads; the command line applies {@link
 * io.purelb.k8s.setup.Definitions}.
 */
@NullMarked
package io.purelb.k8s.setup;

import org.jspecify.annotations.NullMarked;
