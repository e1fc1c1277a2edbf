package io.purelb.agent;

import io.purelb.core.Configuration;
import io.purelb.k8s.EventReasons;
import io.purelb.k8s.EventRecorder;
import io.purelb.k8s.LBNodeAgentResource;
import io.purelb.k8s.LBNodeAgents;
import io.purelb.process.CommonMetrics;
import io.purelb.process.Log;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** Says once what is wrong with the objects that configure this agent. */
final class SettingsReport {
    private static final Log LOG = Log.of(SettingsReport.class);

    private final String node;
    private final EventRecorder events;
    private final CommonMetrics metrics;
    private Set<String> said = Set.of();

    SettingsReport(String node, EventRecorder events, CommonMetrics metrics) {
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

    private void say(Set<String> problems, Optional<LBNodeAgentResource> object, String reason, String text) {
        problems.add(text);
        if (!said.contains(text)) {
            LOG.warn(text, "reason", reason);
            object.ifPresent(about -> events.warning(about, reason, text));
        }
    }
}
