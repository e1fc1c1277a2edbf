package io.purelb.agent;

import io.purelb.core.AddressOptions;
import io.purelb.core.DefaultRoute;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.NodeInterface;
import io.purelb.core.Subnet;
import io.purelb.netlink.Address;
import io.purelb.netlink.Link;
import io.purelb.netlink.Netlink;
import io.purelb.netlink.NetlinkException;
import io.purelb.netlink.NewAddress;
import io.purelb.netlink.Route;
import io.purelb.process.Log;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The kernel by rtnetlink, in the network namespace of the thread that made this. */
final class NetlinkKernel implements Kernel {
    private static final Log LOG = Log.of(NetlinkKernel.class);
    private static final int SCOPE_LINK = 253;

    /** Marks addresses as put there by this program; any number but those the kernel uses itself. */
    static final int MARK = 80;

    private static final Set<String> OWN_KINDS = Set.of("dummy", "ifb");

    private final Netlink netlink;
    private final KnownDefaultRoutes routes;
    private final Map<String, Link> links = new ConcurrentHashMap<>();
    /** What {@link #prepare} did or complained of already. */
    private final Set<String> mentioned = new HashSet<>();

    private final Set<Integer> promoted = new HashSet<>();
    /** The subnets that interfaces have by addresses of others, by index, when the kernel was last read. */
    private Map<Integer, List<Subnet>> subnets = Map.of();
    /** Whether an address with a mark was seen, be it one of the kernel's own: then the kernel has them (Linux 5.18). */
    private boolean keepsMarks;

    NetlinkKernel(Netlink netlink) {
        this.netlink = netlink;
        this.routes = new KnownDefaultRoutes(netlink::defaultRoutes);
    }

    /** To be told what the kernel reports, before {@link #read} follows from it; by any thread. */
    KnownDefaultRoutes routes() {
        return routes;
    }

    /** The link of this name when the kernel was last read; for any thread. */
    Optional<Link> link(String name) {
        return Optional.ofNullable(links.get(name));
    }

    @Override
    public KernelView read() {
        List<Link> present = netlink.links();
        Map<Integer, Link> byIndex = new HashMap<>();
        present.forEach(link -> byIndex.put(link.index(), link));
        links.keySet().retainAll(present.stream().map(Link::name).toList());
        present.forEach(link -> links.put(link.name(), link));
        Map<Integer, List<Subnet>> usable = new HashMap<>();
        Map<Integer, List<Subnet>> others = new HashMap<>();
        promoted.clear();
        List<InterfaceAddress> all = new ArrayList<>();
        Set<InterfaceAddress> unmarked = new HashSet<>();
        for (Address address : netlink.addresses()) {
            Link link = byIndex.get(address.ifindex());
            if (link != null) {
                InterfaceAddress there = new InterfaceAddress(link.name(), address.address());
                all.add(there);
                keepsMarks |= address.protocol() != 0;
                if (address.protocol() != MARK) {
                    unmarked.add(there);
                    others.computeIfAbsent(link.index(), index -> new ArrayList<>())
                            .add(address.address());
                }
                if (isUsable(address)) {
                    usable.computeIfAbsent(link.index(), index -> new ArrayList<>())
                            .add(address.address());
                }
            }
        }
        subnets = others;
        return new KernelView(
                present.stream()
                        .map(link -> new NodeInterface(
                                link.index(),
                                link.name(),
                                link.mac(),
                                link.carrier(),
                                usable.getOrDefault(link.index(), List.of())))
                        .toList(),
                defaultRoutes(byIndex),
                all,
                keepsMarks ? unmarked : Set.of());
    }

    /** A part of a bridge or bond receives nothing itself: no answer ever comes by a route through it. */
    private Map<IpFamily, List<DefaultRoute>> defaultRoutes(Map<Integer, Link> byIndex) {
        Map<IpFamily, List<DefaultRoute>> found = new EnumMap<>(IpFamily.class);
        routes.read().stream()
                .filter(Route::unicast)
                .forEach(route -> route.oifs().stream()
                        .map(byIndex::get)
                        .filter(link -> link != null && link.master() == 0)
                        .forEach(link -> found.computeIfAbsent(route.family(), family -> new ArrayList<>())
                                .add(new DefaultRoute(link.name(), route.metric()))));
        return found;
    }

    private static boolean isUsable(Address address) {
        boolean v6 = address.address().family() == IpFamily.IPV6;
        return address.scope() < SCOPE_LINK
                && !(v6 && (address.tentative() || address.dadFailed() || address.deprecated()));
    }

    @Override
    public boolean prepare(String virtualInterface, Collection<String> managed) {
        boolean changed = false;
        try {
            Link link = links.get(virtualInterface);
            if (link == null) {
                link = netlink.createDummy(virtualInterface);
                LOG.info("virtual interface created", "interface", virtualInterface, "kind", link.kind());
                if (!link.kind().equals("dummy") && mentioned.add("fallback")) {
                    LOG.warn("this kernel has no dummy interfaces", "interface", virtualInterface, "kind", link.kind());
                }
                changed = true;
            }
            if (!link.up()) {
                netlink.setUp(link.index(), OWN_KINDS.contains(link.kind()));
                changed = true;
            }
        } catch (NetlinkException e) {
            complain(virtualInterface, e);
        }
        for (String name : managed) {
            Link link = links.get(name);
            if (link != null && !link.promoteSecondaries() && promoted.add(link.index())) {
                try {
                    netlink.promoteSecondaries(link.index());
                } catch (NetlinkException e) {
                    complain(name, e);
                }
            }
        }
        return changed;
    }

    private void complain(String name, NetlinkException fault) {
        if (mentioned.add(fault.getMessage())) {
            LOG.warn("interface is not as it should be", "interface", name, "error", fault.getMessage());
        }
    }

    @Override
    public List<Optional<String>> add(List<Addition> additions) {
        List<Optional<String>> results = new ArrayList<>();
        List<NewAddress> wanted = new ArrayList<>();
        for (Addition addition : additions) {
            Link link = links.get(addition.target().interfaceName());
            if (link == null) {
                results.add(Optional.of("interface " + addition.target().interfaceName() + " does not exist"));
            } else {
                results.add(Optional.empty());
                wanted.add(newAddress(link, addition));
            }
        }
        Iterator<Optional<String>> refusals = refusals(wanted).iterator();
        results.replaceAll(result -> result.isPresent() ? result : refusals.next());
        return results;
    }

    private List<Optional<String>> refusals(List<NewAddress> wanted) {
        try {
            return netlink.addAddresses(wanted).stream()
                    .map(refusal -> refusal.map(NetlinkException::getMessage))
                    .toList();
        } catch (NetlinkException e) {
            return Collections.nCopies(wanted.size(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private NewAddress newAddress(Link link, Addition addition) {
        AddressOptions options = addition.options();
        long valid = lifetime(options.validLifetime());
        long preferred = Math.min(valid, lifetime(options.preferredLifetime()));
        return new NewAddress(
                link.index(),
                addition.target().address(),
                valid,
                preferred,
                options.noPrefixRoute() || hidesSubnet(link, addition.target().address()),
                addition.checked(),
                MARK);
    }

    /**
     * Whether the connected route of an address would lead traffic for another interface's subnet astray: when a node
     * that cannot tell its interface has an address of its own LAN on the virtual one.
     */
    private boolean hidesSubnet(Link link, Subnet address) {
        return subnets.entrySet().stream()
                        .filter(entry -> entry.getKey() != link.index())
                        .flatMap(entry -> entry.getValue().stream())
                        .anyMatch(other ->
                                other.prefixLength() < other.address().family().bits()
                                        && other.prefixLength() <= address.prefixLength()
                                        && other.contains(address.address()))
                && subnets.getOrDefault(link.index(), List.of()).stream()
                        .noneMatch(own -> own.contains(address.address()));
    }

    private static long lifetime(OptionalLong seconds) {
        return Math.min(NewAddress.FOREVER, seconds.orElse(NewAddress.FOREVER));
    }

    @Override
    public Optional<String> remove(InterfaceAddress target) {
        Link link = links.get(target.interfaceName());
        try {
            if (link != null) {
                netlink.deleteAddress(link.index(), target.address());
            }
            return Optional.empty();
        } catch (NetlinkException e) {
            return Optional.of(e.getMessage());
        }
    }
}
