/**
 * rtnetlink, ARP and neighbour discovery on Linux through libc: what a node agent sees of its kernel and does to it. The
 * main type is {@link io.purelb.netlink.Netlink}; the node agent and the lab call it, each thread with objects of its own.
 */
@NullMarked
package io.purelb.netlink;

import org.jspecify.annotations.NullMarked;
