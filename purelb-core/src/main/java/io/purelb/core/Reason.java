package io.purelb.core;

/**
 * Why a Service does not get an address. The constant's name is the same in events, metrics, conditions and command
 * output.
 */
public enum Reason {
    /** Every address of the group's family is held or avoided. */
    EXHAUSTED,
    /** No group of that name is in force. */
    UNKNOWN_GROUP,
    /** The requested address lies in no group. */
    NOT_IN_ANY_GROUP,
    /** The requested address lies in another group than the one named beside it. */
    WRONG_GROUP,
    /** Another Service holds the requested address and does not share it. */
    IN_USE,
    /** Another Service uses one of the ports on the shared address. */
    PORT_CONFLICT,
    /** The address is shared under another key. */
    KEY_MISMATCH,
    /** A Service with {@code externalTrafficPolicy: Local} cannot share its address. */
    SHARING_WITH_LOCAL_POLICY,
    /** The group, or sharing in it, is not open to the Service's namespace. */
    NAMESPACE_DENIED,
    /** The group has no pool of that family. */
    FAMILY_UNAVAILABLE,
    /** The requested address is not an address. */
    MALFORMED_ADDRESS,
    /** The requested addresses and the Service's families cannot both be had. */
    CONFLICTING_REQUEST
}
