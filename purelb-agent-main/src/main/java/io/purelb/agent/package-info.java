/**
 * The node agent: puts addresses of Services on this node's interfaces and tells the network. The main type is
 * {@link io.purelb.agent.AgentMain}; nothing else calls this package.
 */
@NullMarked
package io.purelb.agent;

import org.jspecify.annotations.NullMarked;
