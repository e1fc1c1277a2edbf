package io.purelb.k8s;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.LoadBalancerIngress;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.core.IpAddress;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes a Service say what the allocator decided: brand, ingress, condition. At most two requests, none when it says so
 * already. An address is written after its brand and removed before it. A Service that says {@code Allocated=True} never
 * gets a further address: a request of its own takes that back first, so that another allocator that takes over sees for
 * which Services an address may be on its way.
 */
public final class ServiceWriter {
    private static final String TRUE = "True";

    private final Patches patches;
    private final Clock clock;

    /**
     * What a Service has to say.
     *
     * @param annotations key to value; empty to remove
     * @param ingress its addresses in order; empty to leave what is there
     * @param condition the condition {@code purelb.io/Allocated}; empty for none
     */
    public record Content(
            Map<String, Optional<String>> annotations,
            Optional<List<IpAddress>> ingress,
            Optional<Allocated> condition) {}

    /**
     * The condition {@code purelb.io/Allocated}.
     *
     * @param status whether the Service has all it asks for
     * @param reason {@code Allocated}, or the constant of core's {@code Reason}
     * @param message the sentence that goes with it
     */
    public record Allocated(boolean status, String reason, String message) {}

    public ServiceWriter(Patches patches, Clock clock) {
        this.patches = patches;
        this.clock = clock;
    }

    /**
     * Writes what differs.
     *
     * @param seen the Service as it was read
     * @return the Service as it is now; {@code seen} when nothing differed
     * @throws KubernetesClientException stale, gone, or any other failure; what was written so far stays
     */
    public Service write(Service seen, Content content) {
        return writeOpen(saysAllocated(seen) && addsAddress(seen, content) ? reopen(seen) : seen, content);
    }

    private Service writeOpen(Service seen, Content content) {
        boolean adds = content.annotations()
                .getOrDefault(Annotations.ALLOCATED_BY, Optional.empty())
                .isPresent();
        if (adds) {
            return status(patches.annotate(seen, content.annotations()), content);
        }
        return patches.annotate(status(seen, content), content.annotations());
    }

    /** Whether a Service says all this already. */
    public static boolean isWritten(Service seen, Content content) {
        return content.annotations().entrySet().stream()
                        .allMatch(entry -> entry.getValue().equals(raw(seen, entry.getKey())))
                && sameIngress(seen, content.ingress())
                && sameCondition(seen, content.condition());
    }

    /** Whether the condition {@code purelb.io/Allocated} is on a Service, whatever it says. */
    public static boolean hasCondition(Service seen) {
        return Services.allocated(seen).isPresent();
    }

    /** Whether the condition {@code purelb.io/Allocated} is True. */
    public static boolean saysAllocated(Service seen) {
        return Services.allocated(seen)
                .filter(condition -> TRUE.equals(condition.getStatus()))
                .isPresent();
    }

    /**
     * Sets the condition to Unknown, and by that gives the Service another version: whatever someone else decided on the
     * one that was seen will be refused.
     *
     * @param message what no other call for this Service ever says
     * @throws KubernetesClientException as {@link #write}
     */
    public Service takeOver(Service seen, String message) {
        return patches.status(seen, unknown(seen, "TakenOver", message));
    }

    private Service reopen(Service seen) {
        return patches.status(seen, unknown(seen, "Changing", "The Service is about to get another address."));
    }

    private ObjectNode unknown(Service seen, String reason, String message) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        ArrayNode all = status.withArrayProperty("conditions");
        others(seen, all);
        add(all, "Unknown", reason, message, now());
        return status;
    }

    private static boolean addsAddress(Service seen, Content content) {
        List<IpAddress> shown = Services.ingress(seen);
        return content.ingress().stream().flatMap(List::stream).anyMatch(address -> !shown.contains(address));
    }

    private static Optional<String> raw(Service seen, String key) {
        Map<String, String> annotations = seen.getMetadata().getAnnotations();
        return Optional.ofNullable(annotations == null ? null : annotations.get(key));
    }

    private static boolean sameIngress(Service seen, Optional<List<IpAddress>> wanted) {
        List<LoadBalancerIngress> entries = Services.ingressEntries(seen);
        return wanted.isEmpty()
                || (entries.size() == wanted.get().size()
                        && Services.ingress(seen).equals(wanted.get())
                        && entries.stream().allMatch(entry -> "VIP".equals(entry.getIpMode())));
    }

    private static boolean sameCondition(Service seen, Optional<Allocated> wanted) {
        Optional<Allocated> there = Services.allocated(seen)
                .map(condition -> new Allocated(
                        TRUE.equals(condition.getStatus()), condition.getReason(), condition.getMessage()));
        return there.equals(wanted);
    }

    private Service status(Service seen, Content content) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        if (!sameIngress(seen, content.ingress())) {
            ArrayNode ingress = status.withObjectProperty("loadBalancer").withArrayProperty("ingress");
            content.ingress()
                    .orElseThrow()
                    .forEach(address ->
                            ingress.addObject().put("ip", address.toString()).put("ipMode", "VIP"));
        }
        if (!sameCondition(seen, content.condition())) {
            ArrayNode all = status.withArrayProperty("conditions");
            others(seen, all);
            content.condition().ifPresent(wanted -> add(all, wanted, Services.allocated(seen)));
        }
        return status.isEmpty() ? seen : patches.status(seen, status);
    }

    private static void others(Service seen, ArrayNode all) {
        Services.conditions(seen).stream()
                .filter(other -> !other.getType().equals(Annotations.ALLOCATED_CONDITION))
                .forEach(other -> add(all, other));
    }

    private String now() {
        return clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private void add(ArrayNode conditions, Allocated wanted, Optional<Condition> before) {
        String status = wanted.status() ? TRUE : "False";
        String since = before.filter(old -> status.equals(old.getStatus()))
                .map(Condition::getLastTransitionTime)
                .orElseGet(this::now);
        add(conditions, status, wanted.reason(), wanted.message(), since);
    }

    private static void add(ArrayNode conditions, String status, String reason, String message, String since) {
        conditions
                .addObject()
                .put("type", Annotations.ALLOCATED_CONDITION)
                .put("status", status)
                .put("reason", reason)
                .put("message", message)
                .put("lastTransitionTime", since);
    }

    private static void add(ArrayNode conditions, Condition other) {
        ObjectNode node = conditions
                .addObject()
                .put("type", other.getType())
                .put("status", other.getStatus())
                .put("reason", other.getReason())
                .put("message", Objects.requireNonNullElse(other.getMessage(), ""))
                .put("lastTransitionTime", other.getLastTransitionTime());
        if (other.getObservedGeneration() != null) {
            node.put("observedGeneration", other.getObservedGeneration());
        }
    }
}
