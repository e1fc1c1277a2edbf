/**
 * The lab: a cluster's control plane, nodes and a client on one machine, for tries and tests.
 *
 * <p>{@link io.purelb.lab.Hosts} makes machines out of network namespaces; the command line and the integration tests
 * of other modules call it.
 */
@NullMarked
package io.purelb.lab;

import org.jspecify.annotations.NullMarked;
