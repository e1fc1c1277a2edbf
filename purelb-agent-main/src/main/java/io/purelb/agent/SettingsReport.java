package io.purelb.agent;

import io.purelb.core.ConfigProblem;
import io.purelb.core.Configuration;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.ServiceGroup;
import io.purelb.core.Subnet;
import io.purelb.k8s.EventReasons;
import io.purelb.k8s.Events;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.LBNodeAgents;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.k8s.WrittenNames;
import io.purelb.process.CommonMetrics;
import io.purelb.process.Log;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;

/** Says once what is wrong with the objects that configure this agent. */
final class SettingsReport {
    private static final Log LOG = Log.of(SettingsReport.class);

    private final String node;
    private final Events events;
    private final CommonMetrics metrics;
    private Set<String> said = Set.of();
    private Set<String> warned = Set.of();
    private Configuration groups = Configuration.EMPTY;
    private Membership agents = Membership.EMPTY;

    SettingsReport(String node, Events events, CommonMetrics metrics) {
        this.node = node;
        this.events = events;
        this.metrics = metrics;
    }

    /** The configuration was read. */
    void loaded(LBNodeAgents.Choice choice, Configuration configuration) {
        metrics.configLoaded().set(1);
        metrics.configStale()
                .set(choice.problem().isPresent() || !configuration.problems().isEmpty() ? 1 : 0);
        Set<String> problems = new HashSet<>();
        choice.problem().ifPresent(problem -> say(problems, choice.chosen(), EventReasons.CONFIG_ERROR, problem));
        choice.chosen()
                .ifPresent(chosen -> WrittenNames.unknown(chosen)
                        .forEach(unknown -> say(problems, choice.chosen(), EventReasons.UNKNOWN_NAME, unknown)));
        for (LBNodeAgentResource ignored : choice.ignored()) {
            String used = choice.chosen()
                    .map(chosen -> chosen.getMetadata().getNamespace() + "/"
                            + chosen.getMetadata().getName())
                    .orElse("another");
            say(
                    problems,
                    Optional.of(ignored),
                    EventReasons.CONFIG_IGNORED,
                    "Node " + node + " uses LBNodeAgent " + used + " instead of "
                            + ignored.getMetadata().getNamespace() + "/"
                            + ignored.getMetadata().getName() + ": keep one per node, or give them nodeSelectors");
        }
        said = problems;
    }

    /**
     * Warns of groups that hand out addresses which cannot work in a subnet that nodes are in. Of the agents in one subnet
     * the first by name does it, so that there is one event.
     *
     * @param live the agents with their subnets
     * @param objects finds a group's object by namespace and name
     */
    void located(
            Configuration configuration,
            Membership live,
            BiFunction<String, String, Optional<ServiceGroupResource>> objects) {
        if (configuration.equals(groups) && live.equals(agents)) {
            return;
        }
        groups = configuration;
        agents = live;
        Map<Subnet, String> speakers = new HashMap<>();
        for (Member member : live.members()) {
            member.subnets().forEach(subnet -> speakers.putIfAbsent(subnet, member.node()));
        }
        List<Subnet> mine = speakers.keySet().stream()
                .filter(subnet -> node.equals(speakers.get(subnet)))
                .toList();
        Set<String> warnings = new HashSet<>();
        for (ServiceGroup group : configuration.groups()) {
            for (ConfigProblem warning : group.warnings(mine)) {
                String text = warning.message();
                if (warnings.add(text) && !warned.contains(text)) {
                    LOG.warn(text, "reason", EventReasons.UNUSABLE_ADDRESS);
                    objects.apply(warning.namespace(), warning.name())
                            .ifPresent(about -> events.warning(about, EventReasons.UNUSABLE_ADDRESS, text));
                }
            }
        }
        warned = warnings;
    }

    private void say(Set<String> problems, Optional<LBNodeAgentResource> object, String reason, String text) {
        problems.add(text);
        if (!said.contains(text)) {
            LOG.warn(text, "reason", reason);
            object.ifPresent(about -> events.warning(about, reason, text));
        }
    }
}
