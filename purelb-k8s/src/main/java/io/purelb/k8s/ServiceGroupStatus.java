package io.purelb.k8s;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@code status} of a {@code ServiceGroup}, written by the allocator. Counts are exact decimal integers as text, since an
 * IPv6 pool exceeds every JSON number.
 *
 * @param pools the ranges as written, for people to read
 * @param size addresses of both families
 * @param allocated those held by Services
 * @param available those that are free
 * @param inForce what an allocator or agent that starts later could not know otherwise
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record ServiceGroupStatus(
        @Nullable @JsonPropertyDescription("Generation of the spec that this status speaks of.")
        Long observedGeneration,

        List<Ready> conditions,

        @Nullable @JsonPropertyDescription("The ranges, separated by commas.")
        String pools,

        @Nullable @JsonPropertyDescription("Number of addresses, both families together, in decimal.")
        String size,

        @Nullable @JsonPropertyDescription("Number of addresses held by Services.")
        String allocated,

        @Nullable @JsonPropertyDescription("Number of free addresses.")
        String available,

        @Nullable @JsonPropertyDescription("The IPv4 addresses.")
        Family v4,

        @Nullable @JsonPropertyDescription("The IPv6 addresses.")
        Family v6,

        @Nullable @JsonPropertyDescription("Number of Services that hold an address of this group.")
        Integer services,

        @Nullable
        @JsonPropertyDescription("Number of addresses that Services hold together and may not share; absent when none.")
        Integer conflicts,

        @Nullable @JsonPropertyDescription("The spec that stays in force while the written one cannot be, as JSON.")
        String inForce) {

    /** Type of the condition that tells whether the group is in use as written. */
    public static final String READY = "Ready";

    public ServiceGroupStatus {
        conditions = ServiceGroupSpec.listOrEmpty(conditions);
    }

    /** The counts of one family, in decimal. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Family(
            @Required String size,
            @Required String allocated,
            @Required String available) {}

    /**
     * The condition {@code Ready}: whether the group is in use as written; fields as in Kubernetes' metav1.Condition.
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Ready(
            @Required String type,
            @Required String status,
            @Required String reason,
            @Required String message,
            @Required String lastTransitionTime,
            @Nullable Long observedGeneration) {}
}
