package io.purelb.agent;

/** Whether this kernel remembers who added an address (IFA_PROTO, since Linux 5.18). */
enum Marks {
    /** It does. */
    KEPT,
    /** It was tried, and it does not. */
    NOT_KEPT,
    /** It was not tried yet. */
    UNKNOWN
}
