/**
 * A cluster of node agents at virtual time: the real decisions of core between fake kernels, LANs, group and API server, with
 * faults drawn from a seed. The main type is {@link io.purelb.core.testkit.cluster.ClusterRun}; tests call it.
 */
@NullMarked
package io.purelb.core.testkit.cluster;

import org.jspecify.annotations.NullMarked;
