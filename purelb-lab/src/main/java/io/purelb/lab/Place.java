package io.purelb.lab;

/** Where a kernel has an address: the node and its interface. */
record Place(String node, String networkInterface) {
    @Override
    public String toString() {
        return node + " " + networkInterface;
    }
}
