package io.purelb.core;

/** The two address families, with the names Kubernetes uses in {@code spec.ipFamilies}. */
public enum IpFamily {
    IPV4("IPv4", 32),
    IPV6("IPv6", 128);

    private final String text;
    private final int bits;

    IpFamily(String text, int bits) {
        this.text = text;
        this.bits = bits;
    }

    /** Length of an address of this family in bits: 32 or 128. */
    public int bits() {
        return bits;
    }

    /** The name Kubernetes uses: {@code IPv4} or {@code IPv6}. */
    @Override
    public String toString() {
        return text;
    }
}
