package io.purelb.agent;

import dagger.Lazy;
import dagger.Module;
import dagger.Provides;
import io.prometheus.client.CollectorRegistry;
import io.purelb.k8s.Api;
import io.purelb.k8s.EventReasons;
import io.purelb.k8s.EventRecorder;
import io.purelb.netlink.Netlink;
import io.purelb.process.CommonMetrics;
import io.purelb.process.Version;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** How the agent's parts are made. */
@Module
final class AgentModule {
    private AgentModule() {}

    @Provides
    @Singleton
    static CommonMetrics commonMetrics() {
        return CommonMetrics.register(new CollectorRegistry(), Version.of(AgentMain.class));
    }

    @Provides
    @Singleton
    static AgentMetrics metrics(CommonMetrics common) {
        return new AgentMetrics(common.registry());
    }

    @Provides
    @Singleton
    static EventRecorder events(Api api, AgentFlags flags) {
        return new EventRecorder(api, EventReasons.AGENT, flags.nodeName(), Clock.systemUTC());
    }

    @Provides
    @Singleton
    static SettingsReport settingsReport(AgentFlags flags, EventRecorder events, CommonMetrics metrics) {
        return new SettingsReport(flags.nodeName(), events, metrics);
    }

    @Provides
    @Singleton
    static ClusterWatch cluster(Api api, AgentFlags flags, AgentThread thread, SettingsReport report) {
        AgentPods pods = new AgentPods(api, flags.common().namespace(), flags.agentPods());
        return new ClusterWatch(api, flags.nodeName(), flags.host(), pods, thread::wake, report);
    }

    @Provides
    @Singleton
    static ApiNotes notes(Api api, Lazy<ClusterWatch> cluster, EventRecorder events, CommonMetrics metrics) {
        return new ApiNotes(key -> cluster.get().service(key), api, events, metrics);
    }

    @Provides
    @Singleton
    static NetlinkKernel kernel(AgentFlags flags) {
        return new NetlinkKernel(flags.network().open(Netlink::open));
    }

    @Provides
    @Singleton
    static NeighborLan lan(NetlinkKernel kernel, AgentThread thread) {
        return new NeighborLan(
                kernel::link,
                (address, mac, asking) -> thread.post((loop, now) -> loop.heard(now, address, mac, asking)),
                thread::wake);
    }

    @Provides
    @Singleton
    static GroupFellows fellows(AgentThread thread) {
        return new GroupFellows(thread);
    }

    @Provides
    @Singleton
    static GroupJoin join(AgentFlags flags, GroupFellows fellows) {
        return new GroupJoin(
                flags.nodeName(),
                flags.host(),
                flags.electionPort(),
                GroupKeyFile.open(Optional.ofNullable(System.getenv(GroupKeyFile.VARIABLE))),
                fellows);
    }

    @Provides
    @Singleton
    static AgentThread thread(
            AgentFlags flags, Lazy<AgentLoop> loop, Lazy<ClusterWatch> cluster, Lazy<GroupJoin> join) {
        return new AgentThread(flags.network(), loop, cluster, join);
    }

    @Provides
    @Singleton
    static AgentLoop loop(
            AgentFlags flags,
            NetlinkKernel kernel,
            NeighborLan lan,
            GroupFellows fellows,
            ApiNotes notes,
            AgentMetrics metrics) {
        boolean dry = flags.dryRun();
        return new AgentLoop(
                flags.nodeName(),
                Version.of(AgentMain.class),
                dry ? new DryRunKernel(kernel) : kernel,
                dry ? DryRun.lan(lan) : lan,
                dry ? DryRun.fellows(fellows) : fellows,
                dry ? DryRun.notes() : notes,
                metrics);
    }

    @Provides
    @Singleton
    static HostChecks hostChecks(
            Api api,
            AgentFlags flags,
            AgentThread thread,
            ClusterWatch cluster,
            EventRecorder events,
            AgentMetrics metrics) {
        return new HostChecks(
                flags.nodeName(),
                () -> thread.answer(AgentLoop::view).flatMap(view -> view),
                cluster,
                new HostFactsReader(api, flags.network(), flags.electionPort()),
                flags.dryRun() ? DryRun::event : events::record,
                metrics);
    }

    @Provides
    @Singleton
    static Agent agent(
            AgentFlags flags,
            AgentThread thread,
            NetlinkKernel kernel,
            ClusterWatch cluster,
            GroupJoin join,
            NeighborLan lan,
            ApiNotes notes,
            EventRecorder events,
            HostChecks checks,
            CommonMetrics metrics) {
        return new Agent(
                flags,
                thread,
                kernel,
                cluster,
                join,
                checks,
                metrics,
                List.of(checks, join, lan, notes, events, cluster));
    }
}
