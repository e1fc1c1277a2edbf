package io.purelb.agent;

import io.purelb.core.IpAddress;
import io.purelb.core.Membership.Member;

/** The other node agents. What they say arrives at the methods of {@link AgentLoop} of the same meaning. */
interface Fellows {
    /** Tells all of them, now and when they come, what this node is. */
    void publish(Member self);

    /** This node has just given an address up, so its new holder need not ask the LAN. */
    void released(IpAddress address);

    /** Asks which of them do not have an address. */
    void whoHolds(IpAddress address);

    /** This node does not have an address. */
    void doesNotHold(IpAddress address);
}
