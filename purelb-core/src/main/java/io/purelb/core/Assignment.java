package io.purelb.core;

/** An address with the group it was allocated from. */
public record Assignment(IpAddress address, String group) {
    /** {@code 192.0.2.1 of default}. */
    @Override
    public String toString() {
        return address + " of " + group;
    }
}
