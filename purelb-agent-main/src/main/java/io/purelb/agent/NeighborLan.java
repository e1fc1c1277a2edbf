package io.purelb.agent;

import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.Subnet;
import io.purelb.netlink.Link;
import io.purelb.netlink.NeighborSighting;
import io.purelb.netlink.NeighborSocket;
import io.purelb.netlink.NetlinkException;
import io.purelb.process.EssentialThread;
import io.purelb.process.Log;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;

/** The LAN by ARP and neighbour discovery: one socket and one waiting thread per local interface. */
final class NeighborLan implements Lan, AutoCloseable {
    private static final Log LOG = Log.of(NeighborLan.class);
    private static final Duration TURN = Duration.ofSeconds(10);
    private static final Duration LONGEST_TURN = Duration.ofMinutes(1);

    /** How long after a probe what is said about its address is of interest; all other traffic is dropped here. */
    private static final long INTEREST = TimeUnit.SECONDS.toNanos(2);

    /** How long an interface is left alone after it could not be listened on, and nothing more is logged of it. */
    private static final long PAUSE = TimeUnit.SECONDS.toNanos(1);

    private final Function<String, Optional<Link>> links;
    private final Ears ears;
    private final Runnable deaf;
    private final Map<String, NeighborSocket> sockets = new HashMap<>();
    private final RecentQuestions probed = new RecentQuestions(INTEREST);
    /** The node's own addresses by interface. */
    private Map<String, List<Subnet>> own = Map.of();

    private volatile Set<IpAddress> watched = Set.of();
    /** When something last went wrong, by interface. */
    private final Map<String, Long> faults = new ConcurrentHashMap<>();

    /** Told what other hosts say, on the threads that wait for it. */
    interface Ears {
        void heard(IpAddress address, String mac, boolean asking);
    }

    /**
     * Listens nowhere yet.
     *
     * @param links finds a link by its name
     * @param deaf called on any thread when an interface is not listened on any more
     */
    NeighborLan(Function<String, Optional<Link>> links, Ears ears, Runnable deaf) {
        this.links = links;
        this.ears = ears;
        this.deaf = deaf;
    }

    @Override
    public void listen(Map<String, List<Subnet>> interfaces) {
        own = Map.copyOf(interfaces);
        for (Iterator<NeighborSocket> all = sockets.values().iterator(); all.hasNext(); ) {
            NeighborSocket socket = all.next();
            boolean same = interfaces.containsKey(socket.link().name())
                    && links.apply(socket.link().name())
                            .filter(link -> link.index() == socket.link().index()
                                    && link.mac().equals(socket.link().mac()))
                            .isPresent();
            if (!same || !socket.isOpen()) {
                socket.close();
                all.remove();
            }
        }
        for (String name : interfaces.keySet()) {
            if (!sockets.containsKey(name) && isQuiet(name)) {
                links.apply(name).filter(link -> !link.mac().isEmpty()).ifPresent(this::open);
            }
        }
    }

    private void open(Link link) {
        try {
            NeighborSocket socket = NeighborSocket.open(link);
            sockets.put(link.name(), socket);
            EssentialThread.of("lan-" + link.name(), () -> listen(socket)).start();
        } catch (NetlinkException e) {
            faults.put(link.name(), System.nanoTime());
            LOG.warn("cannot listen", "interface", link.name(), "error", e.getMessage());
        }
    }

    private void listen(NeighborSocket socket) {
        try {
            while (socket.isOpen()) {
                EssentialThread.within(LONGEST_TURN);
                socket.await(TURN).forEach(this::filter);
            }
        } catch (RuntimeException e) {
            String name = socket.link().name();
            LOG.warn("listens no more", "interface", name, "error", e);
            faults.put(name, System.nanoTime());
        } finally {
            // Closed whatever it was, an Error too: a socket that nobody reads would make every address look free.
            socket.close();
            deaf.run();
        }
    }

    private boolean isQuiet(String name) {
        Long at = faults.get(name);
        return at == null || System.nanoTime() - at > PAUSE;
    }

    private void filter(NeighborSighting sighting) {
        boolean claim = sighting.kind() == NeighborSighting.Kind.HOLDS && watched.contains(sighting.address());
        if (claim || probed.isRecent(sighting.address(), System.nanoTime())) {
            ears.heard(sighting.address(), sighting.mac(), sighting.kind() == NeighborSighting.Kind.PROBES);
        }
    }

    @Override
    public boolean probe(InterfaceAddress target) {
        if (links.apply(target.interfaceName())
                .filter(link -> link.mac().isEmpty())
                .isPresent()) {
            return true; // a tunnel: no neighbours, so nobody there could answer
        }
        IpAddress address = target.address().address();
        probed.ask(address, System.nanoTime());
        return send(target, socket -> {
            socket.probe(address);
            own.getOrDefault(target.interfaceName(), List.of()).stream()
                    .filter(mine -> mine.contains(address) && !mine.address().equals(address))
                    .findFirst()
                    .ifPresent(mine -> socket.ask(mine.address(), address));
        });
    }

    @Override
    public void watch(Set<IpAddress> addresses) {
        watched = addresses;
    }

    @Override
    public boolean announce(InterfaceAddress target, boolean reply) {
        return send(
                target,
                socket -> socket.announce(
                        target.address().address(), reply ? NeighborSocket.Form.REPLY : NeighborSocket.Form.REQUEST));
    }

    private boolean send(InterfaceAddress target, Consumer<NeighborSocket> what) {
        NeighborSocket socket = sockets.get(target.interfaceName());
        if (socket == null || !socket.isOpen()) {
            return false;
        }
        try {
            what.accept(socket);
            return true;
        } catch (NetlinkException | IllegalStateException e) {
            // Down, full, or closed by its thread meanwhile; a probe is sent again soon.
            if (isQuiet(target.interfaceName())) {
                faults.put(target.interfaceName(), System.nanoTime());
                LOG.warn(
                        "not sent",
                        "ip",
                        target.address().address(),
                        "interface",
                        target.interfaceName(),
                        "error",
                        e.getMessage());
            }
            return false;
        }
    }

    @Override
    public void close() {
        sockets.values().forEach(NeighborSocket::close);
        sockets.clear();
    }
}
