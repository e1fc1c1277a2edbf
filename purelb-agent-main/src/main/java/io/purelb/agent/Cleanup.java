package io.purelb.agent;

import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.LocalInterfaces;
import io.purelb.core.Membership;
import io.purelb.core.NodeView;
import io.purelb.k8s.Api;
import io.purelb.netlink.Link;
import io.purelb.netlink.Netlink;
import io.purelb.process.Log;
import io.purelb.process.StartException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** Takes everything of ours off this node: before PureLB is uninstalled. */
final class Cleanup {
    private static final Log LOG = Log.of(Cleanup.class);
    private static final Set<String> MADE_BY_US = Set.of("dummy", "ifb");
    private static final long PATIENCE_SECONDS = 30;

    private Cleanup() {}

    /**
     * Withdraws all addresses of ours and deletes the virtual interface.
     *
     * @throws StartException when the API server does not say in time which addresses are ours, or which are the node's
     *     own, or when something of ours is left
     */
    static void run(Api api, AgentFlags flags, SettingsReport report) {
        ClusterView cluster = read(api, flags, report);
        if (cluster.nodeAddresses().isEmpty()) {
            throw new StartException("Node " + flags.nodeName()
                    + " has no InternalIP, so its own addresses cannot be told from PureLB's: give one with --host");
        }
        String virtual = cluster.settings().virtualInterface();
        try (Netlink netlink = flags.network().open(Netlink::open)) {
            NetlinkKernel real = new NetlinkKernel(netlink);
            Kernel kernel = flags.dryRun() ? new DryRunKernel(real) : real;
            if (!flags.dryRun()) {
                netlink.link(virtual).ifPresent(real::tryMarks);
            }
            KernelView seen = kernel.read();
            OwnAddresses own = new OwnAddresses();
            own.look(seen, cluster);
            NodeView view = new NodeView(
                    flags.nodeName(),
                    own.all(cluster),
                    seen.interfaces(),
                    seen.defaultRoutes(),
                    cluster.settings(),
                    cluster.configuration(),
                    cluster.services().stream().map(ServiceView::announced).toList(),
                    Membership.EMPTY,
                    Set.of());
            Set<String> managed = new HashSet<>(Set.of(virtual));
            LocalInterfaces.choose(view)
                    .subnets()
                    .values()
                    .forEach(owned ->
                            owned.forEach(one -> managed.add(one.iface().name())));
            Predicate<IpAddress> ours = view.ours();
            List<InterfaceAddress> left = seen.addresses().keySet().stream()
                    .sorted()
                    .filter(there -> managed.contains(there.interfaceName())
                            && ours.test(there.address().address())
                            && own.mayBeTouched(there, Map.of()))
                    .filter(there -> !removed(kernel, there))
                    .toList();
            if (!left.isEmpty()) {
                throw new StartException("node " + flags.nodeName() + " still has " + left
                        + ", which the kernel did not let go (see the log): remove them by hand or try again");
            }
            Optional<Link> link = netlink.link(virtual).filter(there -> MADE_BY_US.contains(there.kind()));
            if (link.isPresent()
                    && !flags.dryRun()
                    && netlink.deleteLink(link.get().index())) {
                LOG.info("virtual interface deleted", "interface", virtual);
            }
        }
    }

    private static boolean removed(Kernel kernel, InterfaceAddress there) {
        Optional<String> failure = kernel.remove(there);
        if (failure.isEmpty()) {
            LOG.info("address removed", "ip", there.address().address(), "interface", there.interfaceName());
        } else {
            LOG.warn("address is not removed", "ip", there.address().address(), "error", failure.get());
        }
        return failure.isEmpty();
    }

    private static ClusterView read(Api api, AgentFlags flags, SettingsReport report) {
        Semaphore news = new Semaphore(0);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        AgentPods noneAsked = new AgentPods(api, flags.common().namespace(), Optional.empty());
        try (ClusterWatch watch =
                new ClusterWatch(api, flags.nodeName(), flags.host(), noneAsked, news::release, report)) {
            watch.start();
            while (news.tryAcquire(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                Optional<ClusterView> view = watch.poll();
                if (view.isPresent()) {
                    return view.get();
                }
            }
            throw new StartException("the API server did not say within " + PATIENCE_SECONDS
                    + " s which addresses are PureLB's (" + String.join(", ", watch.missing())
                    + " not listed): try again when it answers");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted before anything was removed", e);
        }
    }
}
