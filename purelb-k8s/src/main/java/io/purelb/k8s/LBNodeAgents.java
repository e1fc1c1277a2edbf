package io.purelb.k8s;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.purelb.core.AddressOptions;
import io.purelb.core.AgentSettings;
import io.purelb.core.DefaultRoutes;
import io.purelb.core.UserText;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Reads LBNodeAgent objects and finds the one that is for a node. */
public final class LBNodeAgents {

    private static final Pattern INTERFACE = Pattern.compile("[^/\\s]{1,15}");
    private static final Pattern TIME = Pattern.compile("[0-9]{1,6}(ms|s)");

    private static final Comparator<LBNodeAgentResource> PRECEDENCE = Comparator.comparingInt(
                    (LBNodeAgentResource agent) -> -terms(selector(agent)))
            .thenComparing(Services::created)
            .thenComparing(agent -> agent.getMetadata().getNamespace())
            .thenComparing(agent -> agent.getMetadata().getName());

    private LBNodeAgents() {}

    /**
     * The settings of one node.
     *
     * @param settings what holds
     * @param chosen the object it comes from; empty for the defaults
     * @param ignored further objects that match the node, which another one takes precedence over
     * @param problem why {@code chosen} cannot be used, as a sentence; {@code settings} are the previous ones then
     */
    public record Choice(
            AgentSettings settings,
            Optional<LBNodeAgentResource> chosen,
            List<LBNodeAgentResource> ignored,
            Optional<String> problem) {}

    /**
     * Finds the object for a node: of those whose selector matches, the one with the most terms, then the oldest.
     *
     * @param all every LBNodeAgent there is
     * @param nodeLabels the labels of the node
     * @param previous the settings in force, which stay while the object cannot be used
     */
    public static Choice choose(
            Collection<LBNodeAgentResource> all, Map<String, String> nodeLabels, AgentSettings previous) {
        List<LBNodeAgentResource> matching = all.stream()
                .filter(agent -> matches(selector(agent), nodeLabels))
                .sorted(PRECEDENCE)
                .toList();
        if (matching.isEmpty()) {
            return new Choice(AgentSettings.DEFAULT, Optional.empty(), List.of(), Optional.empty());
        }
        LBNodeAgentResource chosen = matching.get(0);
        List<LBNodeAgentResource> ignored = matching.subList(1, matching.size());
        try {
            return new Choice(settings(chosen), Optional.of(chosen), ignored, Optional.empty());
        } catch (IllegalArgumentException fault) {
            return new Choice(previous, Optional.of(chosen), ignored, Optional.of(sentence(chosen, fault)));
        }
    }

    private static String sentence(LBNodeAgentResource agent, IllegalArgumentException fault) {
        return "LBNodeAgent " + agent.getMetadata().getNamespace() + "/"
                + agent.getMetadata().getName() + ": " + fault.getMessage();
    }

    /** Why an object cannot be used on the nodes that it is for, whatever those are, as a sentence. */
    public static Optional<String> problem(LBNodeAgentResource agent) {
        try {
            settings(agent);
            return Optional.empty();
        } catch (IllegalArgumentException fault) {
            return Optional.of(sentence(agent, fault));
        }
    }

    /**
     * One object as core takes it.
     *
     * @throws IllegalArgumentException naming field, value and remedy
     */
    public static AgentSettings settings(LBNodeAgentResource resource) {
        LBNodeAgentSpec.@Nullable Local local =
                resource.getSpec() == null ? null : resource.getSpec().local();
        AgentSettings other = AgentSettings.DEFAULT;
        if (local == null) {
            return other;
        }
        LBNodeAgentSpec.@Nullable Garp garp = local.garp();
        LBNodeAgentSpec.@Nullable AddressConfig addresses = local.addressConfig();
        return new AgentSettings(
                localInterface(local.localint()),
                defaultRoutes(local.defaultRoutes()),
                virtualInterface(local.extlbint()),
                local.sendgarp() == null ? other.sendGarp() : local.sendgarp(),
                garp == null || garp.count() == null ? other.garpCount() : count(garp.count()),
                garp == null || garp.interval() == null ? other.garpInterval() : time("interval", garp.interval()),
                garp == null || garp.refresh() == null ? other.garpRefresh() : time("refresh", garp.refresh()),
                local.probe() == null ? other.probe() : local.probe(),
                options("localInterface", addresses == null ? null : addresses.localInterface()),
                options("dummyInterface", addresses == null ? null : addresses.dummyInterface()));
    }

    private static Optional<Pattern> localInterface(@Nullable String text) {
        if (text == null || text.isEmpty() || text.equals("default")) {
            return Optional.empty();
        }
        try {
            return Optional.of(Pattern.compile(text));
        } catch (PatternSyntaxException fault) {
            throw new IllegalArgumentException(
                    "spec.local.localint " + UserText.quoted(text) + " is not a regular expression ("
                            + fault.getDescription() + "): write \"default\", a name or a pattern such as eth[0-9]+",
                    fault);
        }
    }

    private static DefaultRoutes defaultRoutes(@Nullable String text) {
        return switch (text == null ? "" : text) {
            case "" -> AgentSettings.DEFAULT.defaultRoutes();
            case "Unique" -> DefaultRoutes.UNIQUE;
            case "LowestMetric" -> DefaultRoutes.LOWEST_METRIC;
            default ->
                throw new IllegalArgumentException(
                        "spec.local.defaultRoutes " + UserText.quoted(text) + " is neither Unique nor LowestMetric");
        };
    }

    private static String virtualInterface(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return AgentSettings.DEFAULT.virtualInterface();
        }
        if (!INTERFACE.matcher(text).matches()) {
            throw new IllegalArgumentException("spec.local.extlbint " + UserText.quoted(text)
                    + " is not the name of an interface: write at most 15 characters without blanks and slashes");
        }
        return text;
    }

    private static int count(int announcements) {
        if (announcements < 1 || announcements > 100) {
            throw new IllegalArgumentException("spec.local.garp.count \"" + announcements + "\" is not 1 to 100");
        }
        return announcements;
    }

    private static Duration time(String field, String text) {
        if (!TIME.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "spec.local.garp." + field + " " + UserText.quoted(text) + " is not a time: write 500ms or 1s");
        }
        boolean millis = text.endsWith("ms");
        long number = Long.parseLong(text.substring(0, text.length() - (millis ? 2 : 1)));
        return millis ? Duration.ofMillis(number) : Duration.ofSeconds(number);
    }

    private static AddressOptions options(String field, LBNodeAgentSpec.@Nullable Lifetimes written) {
        if (written == null) {
            return AddressOptions.FOREVER;
        }
        OptionalLong end = seconds(field + ".validLifetime", written.validLifetime());
        OptionalLong valid = end.orElse(0) == 0 || end.getAsLong() == AddressOptions.NEVER ? OptionalLong.empty() : end;
        OptionalLong preferred = seconds(field + ".preferredLifetime", written.preferredLifetime());
        if (preferred.orElse(AddressOptions.NEVER) != AddressOptions.NEVER
                && preferred.getAsLong() > valid.orElse(AddressOptions.NEVER)) {
            throw new IllegalArgumentException("spec.local.addressConfig." + field + ".preferredLifetime \""
                    + preferred.getAsLong() + "\" exceeds validLifetime: write at most that");
        }
        return new AddressOptions(valid, preferred, Boolean.TRUE.equals(written.noPrefixRoute()));
    }

    private static OptionalLong seconds(String field, @Nullable Long seconds) {
        if (seconds != null && (seconds < 0 || seconds > AddressOptions.NEVER)) {
            throw new IllegalArgumentException("spec.local.addressConfig." + field + " \"" + seconds
                    + "\" is not a number of seconds: write 0 to " + AddressOptions.NEVER);
        }
        return seconds == null ? OptionalLong.empty() : OptionalLong.of(seconds);
    }

    private static @Nullable LabelSelector selector(LBNodeAgentResource agent) {
        return agent.getSpec() == null ? null : agent.getSpec().nodeSelector();
    }

    private static int terms(@Nullable LabelSelector selector) {
        return selector == null
                ? 0
                : selector.getMatchLabels().size()
                        + selector.getMatchExpressions().size();
    }

    private static boolean matches(@Nullable LabelSelector selector, Map<String, String> labels) {
        return selector == null
                || (labels.entrySet().containsAll(selector.getMatchLabels().entrySet())
                        && selector.getMatchExpressions().stream().allMatch(term -> matches(term, labels)));
    }

    private static boolean matches(LabelSelectorRequirement term, Map<String, String> labels) {
        @Nullable String value = labels.get(term.getKey());
        return switch (String.valueOf(term.getOperator())) {
            case "In" -> value != null && term.getValues().contains(value);
            case "NotIn" -> value == null || !term.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }
}
