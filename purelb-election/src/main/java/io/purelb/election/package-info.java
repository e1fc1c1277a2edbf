/**
 * Which node agents are alive and what each of them published, as a {@link io.purelb.core.Membership} kept by a JGroups
 * group. The main type is {@link io.purelb.election.Group}; node agents and programs that embed the election use it, and
 * nothing else of JGroups leaves this package.
 */
@NullMarked
package io.purelb.election;

import org.jspecify.annotations.NullMarked;
