package io.purelb.election;

import io.purelb.core.Membership;

/**
 * Hears of the group. Called on the group's one thread, in order; a listener only hands over to its own thread, because
 * while it runs the group hears nothing.
 */
@FunctionalInterface
public interface GroupListener {
    /** The membership is another one now; it replaces every earlier one. */
    void membershipChanged(Membership membership);

    /**
     * A live member sent this with {@link Group#send}. Messages of one member come in the order in which it sent them.
     *
     * @param node the sender's node name
     * @param message what it sent; bytes that are not understood come from another version and are to be ignored
     */
    default void messageReceived(String node, byte[] message) {}
}
