package io.purelb.netlink;

import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import io.purelb.netlink.NetlinkException.Operation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads and changes links, addresses and routes of the network namespace in which it was opened, over one NETLINK_ROUTE
 * socket (RFC 3549, rtnetlink(7)). Not thread-safe: one thread, one object. Each call is answered within the system
 * call, at worst after 5 seconds with ETIMEDOUT. Lists are in the kernel's order, and are read again, for a second at most,
 * when the kernel says that they changed meanwhile. It misses a change that it is in the middle of making (measured: 10 of
 * 6354 lists under constant change lacked one address); a {@link RouteWatch} opened before reports each such change just
 * after. Changes are idempotent. Every method throws {@link NetlinkException} with the kernel's errno; changes need CAP_NET_ADMIN.
 */
public final class Netlink implements AutoCloseable {
    private static final String DUMMY = "dummy";
    private static final String FALLBACK = "ifb";
    private static final int MAX_NAME = 15;

    /** IP6_RT_PRIO_ADDRCONF of the kernel's net/ip6_route.h. */
    private static final long USUAL_METRIC = 256;

    private final NetlinkSocket socket = new NetlinkSocket();

    private Netlink() {}

    /** Opens a socket in the calling thread's network namespace. */
    public static Netlink open() {
        return new Netlink();
    }

    /** All links, by index. */
    public List<Link> links() {
        return socket.dump(Operation.LIST_LINKS, LinkCodec.list(), LinkCodec::decode);
    }

    /** The link of this name, if there is one. */
    public Optional<Link> link(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            return Optional.empty();
        }
        List<Link> found = new ArrayList<>(1);
        try {
            socket.exchange(
                    Operation.LIST_LINKS,
                    name,
                    LinkCodec.get(name),
                    answer -> LinkCodec.decode(answer).ifPresent(found::add));
        } catch (NetlinkException e) {
            if (e.errno() != Errno.ENODEV) {
                throw e;
            }
        }
        return found.stream().findFirst();
    }

    /** All addresses of both families on all links. */
    public List<Address> addresses() {
        List<Address> addresses = new ArrayList<>();
        for (IpFamily family : IpFamily.values()) {
            addresses.addAll(socket.dump(
                    Operation.LIST_ADDRESSES,
                    AddressCodec.list(family),
                    message -> AddressCodec.decode(message, family)));
        }
        return addresses;
    }

    /** All routes of the main table, both families: a million on a node with a full Internet table. */
    public List<Route> routes() {
        return routes(false);
    }

    /**
     * The default routes of the main table, both families, with the interfaces of the next hop objects that they use. The
     * kernel walks the whole table for it, and has no filter for them (docs/benchmarks.md has the cost): not to be called
     * for every change of anything, but when {@link RouteWatch.Heard} says that they may be others.
     */
    public List<Route> defaultRoutes() {
        return routes(true).stream().map(this::resolve).toList();
    }

    /** With sysctl nexthop_compat_mode 0 the kernel shows only the number of a next hop object. */
    private Route resolve(Route route) {
        if (!route.oifs().isEmpty() || route.nextHopIds().isEmpty()) {
            return route;
        }
        Set<Integer> ids = new TreeSet<>(route.nextHopIds());
        List<Integer> oifs = new ArrayList<>();
        for (int id : route.nextHopIds()) {
            nextHop(id).ifPresent(object -> {
                oifs.add(object.oif());
                object.members().forEach(member -> {
                    ids.add(member);
                    nextHop(member).ifPresent(single -> oifs.add(single.oif()));
                });
            });
        }
        oifs.removeIf(oif -> oif == 0);
        return route.through(ids, oifs);
    }

    private Optional<NextHopCodec.NextHop> nextHop(int id) {
        List<NextHopCodec.NextHop> found = new ArrayList<>(1);
        try {
            socket.exchange(
                    Operation.LIST_ROUTES,
                    "next hop " + id,
                    NextHopCodec.get(id),
                    answer -> NextHopCodec.decode(answer).ifPresent(found::add));
        } catch (NetlinkException e) {
            if (e.errno() != Errno.ENOENT) {
                throw e;
            }
        }
        return found.stream().findFirst();
    }

    private List<Route> routes(boolean onlyDefault) {
        List<Route> routes = new ArrayList<>();
        for (IpFamily family : IpFamily.values()) {
            try {
                routes.addAll(socket.dump(
                        Operation.LIST_ROUTES,
                        RouteCodec.list(family),
                        message -> onlyDefault && !RouteCodec.isDefault(message)
                                ? Optional.empty()
                                : RouteCodec.decode(message, family)));
            } catch (NetlinkException e) {
                // A namespace has no main table before its first address.
                if (e.errno() != Errno.ENOENT) {
                    throw e;
                }
            }
        }
        return routes;
    }

    /**
     * Puts an address on a link, or sets the lifetimes of one that is there. The kernel takes an IPv4 address with
     * another prefix length for another address, and does not change the prefix length of an IPv6 address: delete the old
     * one first. An IPv6 address is answered for a little later: after the kernel's check for duplicates, about a second,
     * or with {@link NewAddress#noDad} after some milliseconds of work in the background.
     */
    public void addAddress(NewAddress wanted) {
        addAddresses(List.of(wanted)).get(0).ifPresent(refusal -> {
            throw refusal;
        });
    }

    /**
     * As {@link #addAddress} for many, 64 in a system call.
     *
     * @return for each, in order, why the kernel refused it; empty when it is there
     */
    public List<Optional<NetlinkException>> addAddresses(List<NewAddress> wanted) {
        return socket
                .exchangeAll(
                        Operation.ADD_ADDRESS,
                        wanted.stream()
                                .map(one -> one.address() + " on interface " + one.ifindex())
                                .toList(),
                        wanted.stream().map(AddressCodec::add).toList())
                .stream()
                .map(refusal -> refusal.filter(fault -> fault.errno() != Errno.EEXIST))
                .toList();
    }

    /**
     * Takes an address off a link. An IPv4 address is meant together with its prefix length. Deleting a primary IPv4
     * address deletes its secondaries, see {@link #promoteSecondaries}.
     *
     * @return false when the link does not have it, or does not exist
     */
    public boolean deleteAddress(int ifindex, Subnet address) {
        try {
            change(
                    Operation.DELETE_ADDRESS,
                    address + " on interface " + ifindex,
                    AddressCodec.delete(ifindex, address));
            return true;
        } catch (NetlinkException e) {
            // ENXIO: the interface has no IPv6 at all.
            if (e.errno() == Errno.EADDRNOTAVAIL || e.errno() == Errno.ENODEV || e.errno() == Errno.ENXIO) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Creates an interface that drops what is sent to it: kind {@code dummy}, or {@code ifb} where the kernel has no
     * dummy. An existing link of that name is used whatever it is.
     *
     * @param name 1 to 15 characters
     * @return the link, down when new; {@link Link#kind} tells what it became
     */
    public Link createDummy(String name) {
        if (name.isEmpty() || name.length() > MAX_NAME) {
            throw new IllegalArgumentException(
                    "interface name \"" + name + "\": give 1 to " + MAX_NAME + " characters");
        }
        try {
            createUnlessThere(name, DUMMY);
        } catch (NetlinkException e) {
            if (e.errno() != Errno.EOPNOTSUPP) {
                throw e;
            }
            createUnlessThere(name, FALLBACK);
        }
        return link(name).orElseThrow(() -> new NetlinkException(Operation.CREATE_LINK, Errno.ENODEV, name));
    }

    private void createUnlessThere(String name, String kind) {
        try {
            change(Operation.CREATE_LINK, name + " of kind " + kind, LinkCodec.create(name, kind));
        } catch (NetlinkException e) {
            if (e.errno() != Errno.EEXIST) {
                throw e;
            }
        }
    }

    /** Sets a link up, and with {@code noArp} makes it neither ask nor answer for neighbours. */
    public void setUp(int ifindex, boolean noArp) {
        change(Operation.CHANGE_LINK, "up interface " + ifindex, LinkCodec.setUp(ifindex, noArp));
    }

    /** Makes the IPv4 secondaries of a link survive their primary; works where /proc/sys is read-only. */
    public void promoteSecondaries(int ifindex) {
        change(
                Operation.CHANGE_LINK,
                "promote_secondaries of interface " + ifindex,
                LinkCodec.promoteSecondaries(ifindex));
    }

    /**
     * Deletes a virtual link.
     *
     * @return false when it does not exist
     */
    public boolean deleteLink(int ifindex) {
        try {
            change(Operation.DELETE_LINK, "interface " + ifindex, LinkCodec.delete(ifindex));
            return true;
        } catch (NetlinkException e) {
            if (e.errno() == Errno.ENODEV) {
                return false;
            }
            throw e;
        }
    }

    /**
     * Deletes the connected route that the kernel made for the IPv6 addresses of a link, and that it leaves behind when the
     * last of them without {@link NewAddress#noPrefixRoute} goes before one with it does.
     *
     * @param metric the route's; 0 for the kernel's usual one
     * @return false when there is none
     */
    public boolean deletePrefixRoute(int ifindex, Subnet network, long metric) {
        try {
            change(
                    Operation.DELETE_ROUTE,
                    network + " on interface " + ifindex,
                    RouteCodec.deletePrefixRoute(ifindex, network, metric == 0 ? USUAL_METRIC : metric));
            return true;
        } catch (NetlinkException e) {
            if (e.errno() == Errno.ESRCH || e.errno() == Errno.ENOENT || e.errno() == Errno.ENODEV) {
                return false;
            }
            throw e;
        }
    }

    private void change(Operation operation, String subject, Request request) {
        socket.exchange(operation, subject, request, answer -> {});
    }

    @Override
    public void close() {
        socket.close();
    }
}
