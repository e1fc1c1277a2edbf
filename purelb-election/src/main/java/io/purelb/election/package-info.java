/** Group membership of the node agents over JGroups. */
@NullMarked
package io.purelb.election;

import org.jspecify.annotations.NullMarked;
