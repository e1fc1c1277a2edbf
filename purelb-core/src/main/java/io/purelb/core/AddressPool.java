package io.purelb.core;

/** One range of a service group with the subnet it belongs to and how virtual addresses of it are aggregated. */
public record AddressPool(AddressRange range, Subnet subnet, Aggregation aggregation) {
    /** The family of its addresses. */
    public IpFamily family() {
        return range.family();
    }
}
