package io.purelb.cli;

import io.purelb.core.ConfigProblem;
import io.purelb.core.ConfigurationPlan;
import io.purelb.core.Refusal;
import java.util.List;
import java.util.Locale;

/** What {@code plan -o json} prints. */
record PlanReport(List<ServiceLine> services, List<GroupLine> groups, List<String> problems, List<String> warnings) {
    /** One address of a Service, or one that it waits for. */
    record ServiceLine(String namespace, String name, String outcome, String ip, String group, String reason) {}

    record GroupLine(String namespace, String name, String family, String size, String allocated, String available) {}

    static PlanReport of(ConfigurationPlan plan, List<String> warnings) {
        return new PlanReport(
                plan.fates().stream().map(PlanReport::line).toList(),
                plan.groups().stream()
                        .flatMap(usage -> usage.families().entrySet().stream()
                                .map(count -> new GroupLine(
                                        usage.group().spec().namespace(),
                                        usage.group().name(),
                                        count.getKey().toString(),
                                        count.getValue().size().toString(),
                                        count.getValue().allocated().toString(),
                                        count.getValue().available().toString())))
                        .toList(),
                plan.problems().stream().map(ConfigProblem::message).toList(),
                List.copyOf(warnings));
    }

    private static ServiceLine line(ConfigurationPlan.Fate fate) {
        return new ServiceLine(
                fate.service().namespace(),
                fate.service().name(),
                outcome(fate.outcome()),
                fate.assignment().map(held -> held.address().toString()).orElse("-"),
                fate.assignment().map(held -> held.group()).orElse("-"),
                fate.refusal().map(PlanReport::text).orElse("-"));
    }

    private static String outcome(ConfigurationPlan.Outcome outcome) {
        return outcome == ConfigurationPlan.Outcome.ORPHANED_BEFORE
                ? "orphaned already"
                : outcome.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private static String text(Refusal refusal) {
        return refusal.reason() + ": " + refusal.message();
    }
}
