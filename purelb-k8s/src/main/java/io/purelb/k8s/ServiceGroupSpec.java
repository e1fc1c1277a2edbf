package io.purelb.k8s;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code spec} of a {@code ServiceGroup}, as its author wrote it: texts are checked by core.
 *
 * @param local the pools
 * @param sharingScope {@code Cluster} or {@code Namespace}: whose Services may share an address
 * @param namespaces the namespaces whose Services may use the group; empty for all
 * @param avoid addresses, ranges and subnets never handed out
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record ServiceGroupSpec(
        @Required @JsonPropertyDescription("The pools of addresses, per family.")
        Local local,

        @Nullable
        @Default("Cluster")
        @ValidationRule(
                value = "self in ['Cluster', 'Namespace']",
                message = "is neither Cluster nor Namespace",
                messageExpression = "'\"' + self + '\" is neither Cluster nor Namespace'")
        @Size(max = 64)
        @JsonPropertyDescription(
                "Whose Services may share an address: Cluster (any, the default) or Namespace (those of one namespace).")
        String sharingScope,

        @Size(max = 1024)
        @JsonPropertyDescription("The namespaces whose Services may use this group; none written: all.")
        @ValidationRule(
                value = "self.all(n, n.matches('" + LABEL + "'))",
                message = "one is not the name of a namespace",
                messageExpression = "'\"' + self.filter(n, !n.matches('" + LABEL + "'))[0] + '\" is not the name of a"
                        + " namespace: write at most 63 lower-case letters, digits and inner dashes'")
        List<@Size(max = 253) String> namespaces,

        @Size(max = 1024)
        @JsonPropertyDescription("Addresses, from-to ranges and subnets that are never handed out and not counted.")
        @ValidationRule(
                value = PoolRules.AVOID_READS,
                message = "one is not a subnet, a range or an address",
                messageExpression = PoolRules.AVOID_READS_WORDS)
        List<@Size(max = PoolRules.POOL_LENGTH) String> avoid) {

    private static final String LABEL = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";

    /** What a group without a spec has. No constant: it and {@link Local#EMPTY} would wait for each other. */
    static ServiceGroupSpec empty() {
        return new ServiceGroupSpec(Local.EMPTY, null, List.of(), List.of());
    }

    public ServiceGroupSpec {
        local = Objects.requireNonNullElse(local, Local.EMPTY);
        namespaces = listOrEmpty(namespaces);
        avoid = listOrEmpty(avoid);
    }

    static <T> List<T> listOrEmpty(@Nullable List<T> list) {
        return list == null ? List.of() : List.copyOf(list);
    }

    /**
     * The pools in their three spellings: lists per family, one object per family, and one pool of either family flat.
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(
            value =
                    "has(self.v4pool) || has(self.v6pool) || has(self.pool) || has(self.subnet)"
                            + " || (has(self.v4pools) && self.v4pools.size() > 0) || (has(self.v6pools) && self.v6pools.size() > 0)",
            message = "has no pool: add one to v4pools or v6pools")
    @ValidationRule(value = PoolRules.LACKS_SUBNET, fieldPath = ".subnet", message = PoolRules.LACKS_WORDS)
    @ValidationRule(value = PoolRules.LACKS_POOL, fieldPath = ".pool", message = PoolRules.LACKS_WORDS)
    @ValidationRule(
            value = PoolRules.SUBNET_READS,
            fieldPath = ".subnet",
            message = "is not a subnet: write address/length",
            messageExpression = PoolRules.SUBNET_READS_WORDS)
    @ValidationRule(
            value = PoolRules.POOL_READS,
            fieldPath = ".pool",
            message = "is not a subnet, a range or an address",
            messageExpression = PoolRules.POOL_READS_WORDS)
    @ValidationRule(
            value = PoolRules.ONE_FAMILY,
            fieldPath = ".pool",
            message = "mixes IPv4 and IPv6",
            messageExpression = PoolRules.ONE_FAMILY_WORDS)
    @ValidationRule(
            value = PoolRules.IN_ORDER,
            fieldPath = ".pool",
            message = "starts after its end: write the lower address first",
            messageExpression = PoolRules.IN_ORDER_WORDS)
    @ValidationRule(
            value = PoolRules.USABLE_IPV4,
            fieldPath = ".pool",
            message = "contains addresses that no Service can have: choose a range without",
            messageExpression = PoolRules.USABLE_IPV4_WORDS)
    @ValidationRule(
            value = PoolRules.USABLE_IPV6,
            fieldPath = ".pool",
            message = "contains addresses that no Service can have: choose a range without",
            messageExpression = PoolRules.USABLE_IPV6_WORDS)
    @ValidationRule(
            value = PoolRules.INSIDE,
            fieldPath = ".pool",
            message = "is not inside its subnet: correct one of the two",
            messageExpression = PoolRules.INSIDE_WORDS)
    @ValidationRule(
            value = PoolRules.AGGREGATION_READS,
            fieldPath = ".aggregation",
            message = "is not \"default\" or /8 to /32 (IPv4) or /128 (IPv6)",
            messageExpression = PoolRules.AGGREGATION_READS_WORDS)
    public record Local(
            @Size(max = 256)
            @JsonPropertyDescription("IPv4 pools, used in this order.")
            @ValidationRule(
                    value = PoolRules.ALL_IPV4,
                    message = "one is IPv6: move it to the pools of that family",
                    messageExpression = PoolRules.ALL_IPV4_WORDS)
            List<Pool> v4pools,

            @Size(max = 256)
            @JsonPropertyDescription("IPv6 pools, used in this order.")
            @ValidationRule(
                    value = PoolRules.ALL_IPV6,
                    message = "one is IPv4: move it to the pools of that family",
                    messageExpression = PoolRules.ALL_IPV6_WORDS)
            List<Pool> v6pools,

            @Nullable
            @JsonPropertyDescription("One IPv4 pool; the older form of v4pools.")
            @ValidationRule(
                    value = PoolRules.IPV4,
                    fieldPath = ".pool",
                    message = "is IPv6: move it to the pools of that family",
                    messageExpression = PoolRules.IPV4_WORDS)
            Pool v4pool,

            @Nullable
            @JsonPropertyDescription("One IPv6 pool; the older form of v6pools.")
            @ValidationRule(
                    value = PoolRules.IPV6,
                    fieldPath = ".pool",
                    message = "is IPv4: move it to the pools of that family",
                    messageExpression = PoolRules.IPV6_WORDS)
            Pool v6pool,

            @Nullable
            @Size(max = PoolRules.SUBNET_LENGTH)
            @JsonPropertyDescription("The subnet of a single pool of either family; the oldest form.")
            String subnet,

            @Nullable
            @Size(max = PoolRules.POOL_LENGTH)
            @JsonPropertyDescription("A single pool of either family; the oldest form.")
            String pool,

            @Nullable
            @Size(max = PoolRules.AGGREGATION_LENGTH)
            @JsonPropertyDescription("The aggregation of the single pool; the oldest form.")
            String aggregation) {
        static final Local EMPTY = new Local(List.of(), List.of(), null, null, null, null, null);

        public Local {
            v4pools = listOrEmpty(v4pools);
            v6pools = listOrEmpty(v6pools);
        }
    }

    /** One range of addresses with its subnet. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @ValidationRule(value = PoolRules.LACKS_SUBNET, fieldPath = ".subnet", message = PoolRules.LACKS_WORDS)
    @ValidationRule(value = PoolRules.LACKS_POOL, fieldPath = ".pool", message = PoolRules.LACKS_WORDS)
    @ValidationRule(
            value = PoolRules.SUBNET_READS,
            fieldPath = ".subnet",
            message = "is not a subnet: write address/length",
            messageExpression = PoolRules.SUBNET_READS_WORDS)
    @ValidationRule(
            value = PoolRules.POOL_READS,
            fieldPath = ".pool",
            message = "is not a subnet, a range or an address",
            messageExpression = PoolRules.POOL_READS_WORDS)
    @ValidationRule(
            value = PoolRules.ONE_FAMILY,
            fieldPath = ".pool",
            message = "mixes IPv4 and IPv6",
            messageExpression = PoolRules.ONE_FAMILY_WORDS)
    @ValidationRule(
            value = PoolRules.IN_ORDER,
            fieldPath = ".pool",
            message = "starts after its end: write the lower address first",
            messageExpression = PoolRules.IN_ORDER_WORDS)
    @ValidationRule(
            value = PoolRules.USABLE_IPV4,
            fieldPath = ".pool",
            message = "contains addresses that no Service can have: choose a range without",
            messageExpression = PoolRules.USABLE_IPV4_WORDS)
    @ValidationRule(
            value = PoolRules.USABLE_IPV6,
            fieldPath = ".pool",
            message = "contains addresses that no Service can have: choose a range without",
            messageExpression = PoolRules.USABLE_IPV6_WORDS)
    @ValidationRule(
            value = PoolRules.INSIDE,
            fieldPath = ".pool",
            message = "is not inside its subnet: correct one of the two",
            messageExpression = PoolRules.INSIDE_WORDS)
    @ValidationRule(
            value = PoolRules.AGGREGATION_READS,
            fieldPath = ".aggregation",
            message = "is not \"default\" or /8 to /32 (IPv4) or /128 (IPv6)",
            messageExpression = PoolRules.AGGREGATION_READS_WORDS)
    public record Pool(
            @Required
            @Size(max = PoolRules.SUBNET_LENGTH)
            @JsonPropertyDescription("The subnet that contains the pool, as 192.0.2.0/24.")
            String subnet,

            @Required
            @Size(max = PoolRules.POOL_LENGTH)
            @JsonPropertyDescription("The addresses: a subnet, from-to, or one address.")
            String pool,

            @Nullable
            @Default("default")
            @Size(max = PoolRules.AGGREGATION_LENGTH)
            @JsonPropertyDescription(
                    "Prefix length with which a virtual address is announced: default (the subnet's) or /N.")
            String aggregation) {
        public Pool {
            subnet = Objects.requireNonNullElse(subnet, "");
            pool = Objects.requireNonNullElse(pool, "");
            aggregation = Objects.requireNonNullElse(aggregation, "default");
        }
    }
}
