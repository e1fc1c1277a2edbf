package io.purelb.core;

import java.util.Optional;

/**
 * One thing a decision looked at on its way: an address or a pool, and why it was not taken.
 *
 * @param subject the address, as a range of one, or the pool's range
 * @param group the group it belongs to
 * @param refusal why it was passed over; empty for the one that was taken
 */
public record Candidate(AddressRange subject, String group, Optional<Refusal> refusal) {
    static Candidate taken(IpAddress address, String group) {
        return new Candidate(new AddressRange(address, address), group, Optional.empty());
    }

    /** One line for people. */
    @Override
    public String toString() {
        return subject + " of " + group + ": " + refusal.map(Refusal::toString).orElse("taken");
    }
}
