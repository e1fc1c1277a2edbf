package io.purelb.agent;

import io.purelb.core.AgentMessage;
import io.purelb.core.Membership.Member;

/** The other node agents. What they say arrives at {@link AgentLoop#membership} and {@link AgentLoop#said}. */
interface Fellows {
    /** Tells all of them, now and when they come, what this node is. */
    void publish(Member self);

    /** Says something to whom it is meant for. */
    void send(AgentMessage message);
}
