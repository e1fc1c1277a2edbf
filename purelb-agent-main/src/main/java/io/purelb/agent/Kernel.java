package io.purelb.agent;

import io.purelb.core.AddressOptions;
import io.purelb.core.InterfaceAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** This node's kernel, called by the loop's thread only. Every change may be repeated. */
interface Kernel {
    /** What is there now. */
    KernelView read();

    /**
     * Makes the virtual interface exist and be up, and lets IPv4 addresses of managed interfaces survive the deletion of
     * their primary.
     *
     * @param managed interfaces to prepare, the virtual one included
     * @return whether anything had to be changed
     */
    boolean prepare(String virtualInterface, Collection<String> managed);

    /**
     * An address to be put on an interface.
     *
     * @param checked whether the LAN was asked already, so that the kernel need not
     */
    record Addition(InterfaceAddress target, AddressOptions options, boolean checked) {}

    /**
     * Puts addresses on interfaces, or renews their lifetimes.
     *
     * @return for each, in order, why it was not possible; empty when it is there
     */
    List<Optional<String>> add(List<Addition> additions);

    /**
     * Gives addresses that are there the flags and lifetimes that they should have, and the place behind the node's own
     * in their subnet. One that the kernel cannot change is taken off and put on again, one after the other.
     *
     * @return for each, in order, why it was not possible; empty when it is so
     */
    List<Optional<String>> reshape(List<Addition> additions);

    /** Takes an address off an interface; returns why it was not possible, empty when it is gone. */
    Optional<String> remove(InterfaceAddress target);
}
