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

    /** An address to try things with: of the loopback network, which nobody asks for on a LAN (RFC 1122, 3.2.1.3). */
    private static final Subnet TRIAL = Subnet.parse("127.80.76.66/32");

    private static final Set<String> OWN_KINDS = Set.of("dummy", "ifb");

    private final Netlink netlink;
    private final KnownDefaultRoutes routes;
    private final Map<String, Link> links = new ConcurrentHashMap<>();
    /** What {@link #prepare} did or complained of already. */
    private final Set<String> mentioned = new HashSet<>();

    private final Set<Integer> promoted = new HashSet<>();
    private final PrefixRoutes prefixRoutes = new PrefixRoutes();
    private Marks marks = Marks.UNKNOWN;
    /** Whether marks were tried since the kernel was last read. */
    private boolean triedMarks;

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
        promoted.clear();
        triedMarks = false;
        Map<InterfaceAddress, AddressForm> forms = new HashMap<>();
        List<Address> all = netlink.addresses();
        prefixRoutes.read(all);
        for (Address address : all) {
            Link link = byIndex.get(address.ifindex());
            if (link != null) {
                forms.put(new InterfaceAddress(link.name(), address.address()), form(address));
                if (address.protocol() != 0) {
                    marks = Marks.KEPT; // be it a mark of the kernel's own
                }
                if (isUsable(address)) {
                    usable.computeIfAbsent(link.index(), index -> new ArrayList<>())
                            .add(address.address());
                }
            }
        }
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
                forms,
                marks);
    }

    private static AddressForm form(Address address) {
        return new AddressForm(
                address.protocol() == MARK, address.secondary(), address.deprecated(), address.noPrefixRoute());
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
            if (marks == Marks.UNKNOWN && !triedMarks) {
                tryMarks(link);
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

    /** Finds out whether the kernel keeps marks, on an interface that exists. */
    void tryMarks(Link link) {
        triedMarks = true;
        netlink.addAddress(
                new NewAddress(link.index(), TRIAL, NewAddress.FOREVER, NewAddress.FOREVER, true, false, MARK));
        try {
            netlink.addresses().stream()
                    .filter(there ->
                            there.ifindex() == link.index() && there.address().equals(TRIAL))
                    .findFirst()
                    .ifPresent(there -> marks = there.protocol() == MARK ? Marks.KEPT : Marks.NOT_KEPT);
        } finally {
            netlink.deleteAddress(link.index(), TRIAL);
        }
        LOG.info("tried whether the kernel marks addresses", "interface", link.name(), "marks", marks);
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

    @Override
    public List<Optional<String>> reshape(List<Addition> additions) {
        return additions.stream().map(this::reshape).toList();
    }

    /** IPv6 addresses are changed where they are; of an IPv4 address only the lifetimes can be. */
    private Optional<String> reshape(Addition addition) {
        Optional<String> failure =
                addition.target().address().family() == IpFamily.IPV4 ? remove(addition.target()) : Optional.empty();
        return failure.isPresent() ? failure : add(List.of(addition)).get(0);
    }

    private List<Optional<String>> refusals(List<NewAddress> wanted) {
        try {
            List<Optional<String>> refusals = netlink.addAddresses(wanted).stream()
                    .map(refusal -> refusal.map(NetlinkException::getMessage))
                    .toList();
            wanted.forEach(this::route);
            return refusals;
        } catch (NetlinkException e) {
            return Collections.nCopies(wanted.size(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    private void route(NewAddress there) {
        if (there.noPrefixRoute()) {
            dropIdleRoutes(there.ifindex(), there.address());
        } else {
            prefixRoutes.added(there.ifindex(), there.address(), 0);
        }
    }

    private void dropIdleRoutes(int ifindex, Subnet address) {
        prefixRoutes
                .removed(ifindex, address)
                .forEach(metric -> netlink.deletePrefixRoute(ifindex, address.network(), metric));
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
                options.noPrefixRoute(),
                addition.checked(),
                MARK);
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
                dropIdleRoutes(link.index(), target.address());
            }
            return Optional.empty();
        } catch (NetlinkException e) {
            return Optional.of(e.getMessage());
        }
    }
}
