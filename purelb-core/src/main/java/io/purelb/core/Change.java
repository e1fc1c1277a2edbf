package io.purelb.core;

/** One step a decision wants the ledger to take. */
public sealed interface Change {
    IpAddress address();

    ServiceKey service();

    /** The Service holds the address under this claim, newly or instead of an earlier claim. */
    record Hold(IpAddress address, ServiceKey service, Claim claim) implements Change {}

    /** The Service holds the address no longer. */
    record Free(IpAddress address, ServiceKey service) implements Change {}
}
