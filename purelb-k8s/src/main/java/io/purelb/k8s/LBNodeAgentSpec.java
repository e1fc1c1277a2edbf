package io.purelb.k8s;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.LabelSelector;
import org.jspecify.annotations.Nullable;

/**
 * {@code spec} of an {@code LBNodeAgent}, as its author wrote it; what is absent is {@code null} and gets its default in
 * the translation to core's settings.
 *
 * @param local how local and virtual addresses are placed and announced
 * @param nodeSelector the nodes that this object is for; absent for all
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LBNodeAgentSpec(
        @Required @JsonPropertyDescription("Where addresses are placed and how they are announced.")
        Local local,

        @Nullable @JsonPropertyDescription("The nodes that this object is for; absent: all.")
        LabelSelector nodeSelector) {

    /** {@code spec.local}. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Local(
            @Nullable
            @Default("default")
            @Size(max = 256)
            @JsonPropertyDescription(
                    "Interface of local addresses: default (that of the default route) or a regular expression on the whole name.")
            String localint,

            @Nullable
            @Default("Unique")
            @Size(max = 64)
            @ValidationRule(
                    value = "self in ['Unique', 'LowestMetric']",
                    message = "is neither Unique nor LowestMetric",
                    messageExpression = "'\"' + self + '\" is neither Unique nor LowestMetric'")
            @JsonPropertyDescription("What decides when default routes go through several interfaces: Unique (nothing:"
                    + " local addresses become virtual) or LowestMetric (the route with the lowest metric).")
            String defaultRoutes,

            @Nullable
            @Default("kube-lb0")
            @Size(max = 256)
            @ValidationRule(
                    value = "self.matches(r'^[^/\\s]{0,15}$')",
                    message = "is not the name of an interface",
                    messageExpression = "'\"' + self + '\" is not the name of an interface: write at most 15 characters"
                            + " without blanks and slashes'")
            @JsonPropertyDescription("Interface of virtual addresses; created when there is none of that name.")
            String extlbint,

            @Nullable
            @Default("true")
            @JsonPropertyDescription(
                    "Whether a node that takes an address tells its neighbours (gratuitous ARP, unsolicited neighbour advertisement).")
            Boolean sendgarp,

            @Nullable @JsonPropertyDescription("How often neighbours are told.")
            Garp garp,

            @Nullable
            @Default("true")
            @JsonPropertyDescription("Whether the network is asked for another holder before an address is taken.")
            Boolean probe,

            @Nullable @JsonPropertyDescription("Lifetimes and flags of the addresses.")
            AddressConfig addressConfig) {}

    /** Repetitions of the announcement. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Garp(
            @Nullable @Default("3") @Min(1) @Max(100) @JsonPropertyDescription("How many announcements.")
            Integer count,

            @Nullable
            @Default("500ms")
            @Size(max = 256)
            @ValidationRule(
                    value = "self.matches('^[0-9]{1,6}(ms|s)$')",
                    message = "is not a time: write 500ms or 1s",
                    messageExpression = "'\"' + self + '\" is not a time: write 500ms or 1s'")
            @JsonPropertyDescription("Time between two of them, as 500ms or 1s.")
            String interval,

            @Nullable
            @Size(max = 256)
            @ValidationRule(
                    value = "self.matches('^[0-9]{1,6}(ms|s)$')",
                    message = "is not a time: write 500ms or 1s",
                    messageExpression = "'\"' + self + '\" is not a time: write 500ms or 1s'")
            @JsonPropertyDescription("Time after which they are repeated for ever, as 60s; absent or 0s: never.")
            String refresh) {}

    /** Lifetimes per kind of interface. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record AddressConfig(
            @Nullable @JsonPropertyDescription("Local addresses.")
            Lifetimes localInterface,

            @Nullable @JsonPropertyDescription("Virtual addresses.")
            Lifetimes dummyInterface) {}

    /** Lifetimes in seconds, as {@code ip address} knows them; 4294967295 means forever. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "!has(self.validLifetime) || !has(self.preferredLifetime)"
                    + " || self.validLifetime in [0, 4294967295] || self.preferredLifetime in [0, 4294967295]"
                    + " || self.preferredLifetime <= self.validLifetime",
            fieldPath = ".preferredLifetime",
            message = "exceeds validLifetime: write at most that")
    public record Lifetimes(
            @Nullable @Min(0) @Max(4294967295L) @JsonPropertyDescription("Seconds; 0 or absent: forever.")
            Long validLifetime,

            @Nullable
            @Min(0)
            @Max(4294967295L)
            @JsonPropertyDescription(
                    "Seconds until it is no source of new connections; absent: forever, but 0 for IPv6 on the local interface.")
            Long preferredLifetime,

            @Nullable
            @Default("false")
            @JsonPropertyDescription("Whether the kernel adds no route to the address's subnet.")
            Boolean noPrefixRoute) {}
}
