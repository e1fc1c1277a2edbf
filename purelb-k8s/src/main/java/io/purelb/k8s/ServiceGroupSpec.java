package io.purelb.k8s;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Pattern;
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
        @Pattern("^(Cluster|Namespace)$")
        @JsonPropertyDescription(
                "Whose Services may share an address: Cluster (any, the default) or Namespace (those of one namespace).")
        String sharingScope,

        @Size(max = 1024)
        @JsonPropertyDescription("The namespaces whose Services may use this group; none written: all.")
        List<@Pattern("^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$") String> namespaces,

        @Size(max = 1024)
        @JsonPropertyDescription("Addresses, from-to ranges and subnets that are never handed out and not counted.")
        List<@Pattern(ServiceGroupSpec.POOL) String> avoid) {

    /** A subnet, {@code from-to} with optional blanks, or one address; core reads it exactly. */
    static final String POOL = "^\\s*[0-9A-Fa-f:.]+\\s*((/\\s*[0-9]{1,3})|(-\\s*[0-9A-Fa-f:.]+))?\\s*$";

    static final String SUBNET = "^\\s*[0-9A-Fa-f:.]+/[0-9]{1,3}\\s*$";
    static final String AGGREGATION = "^(default|/[0-9]{1,3})?$";

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
            value = "has(self.v4pools) || has(self.v6pools) || has(self.v4pool) || has(self.v6pool) || has(self.pool)",
            message = "write at least one pool: v4pools or v6pools")
    @ValidationRule(
            value = "!has(self.v4pools) || self.v4pools.all(p, !p.pool.contains(':'))",
            message = "a range of v4pools is IPv6: move it to the pools of that family")
    @ValidationRule(
            value = "!has(self.v6pools) || self.v6pools.all(p, p.pool.contains(':'))",
            message = "a range of v6pools is IPv4: move it to the pools of that family")
    @ValidationRule(
            value = "!has(self.v4pools) || self.v4pools.all(p, !has(p.aggregation) || p.aggregation in ['', 'default']"
                    + " || p.aggregation.matches('^/([89]|[12][0-9]|3[0-2])$'))",
            message = "an aggregation of v4pools is not \"default\" or \"/8\" to \"/32\" for IPv4")
    @ValidationRule(
            value = "!has(self.v6pools) || self.v6pools.all(p, !has(p.aggregation) || p.aggregation in ['', 'default']"
                    + " || p.aggregation.matches('^/([89]|[1-9][0-9]|1[01][0-9]|12[0-8])$'))",
            message = "an aggregation of v6pools is not \"default\" or \"/8\" to \"/128\" for IPv6")
    @ValidationRule(
            value = "has(self.pool) == has(self.subnet)",
            message = "pool and subnet belong together: write both")
    public record Local(
            @Size(max = 256) @JsonPropertyDescription("IPv4 pools, used in this order.")
            List<Pool> v4pools,

            @Size(max = 256) @JsonPropertyDescription("IPv6 pools, used in this order.")
            List<Pool> v6pools,

            @Nullable @JsonPropertyDescription("One IPv4 pool; the older form of v4pools.")
            Pool v4pool,

            @Nullable @JsonPropertyDescription("One IPv6 pool; the older form of v6pools.")
            Pool v6pool,

            @Nullable
            @Pattern(SUBNET)
            @Size(max = 64)
            @JsonPropertyDescription("The subnet of a single pool of either family; the oldest form.")
            String subnet,

            @Nullable
            @Pattern(POOL)
            @Size(max = 128)
            @JsonPropertyDescription("A single pool of either family; the oldest form.")
            String pool,

            @Nullable
            @Pattern(AGGREGATION)
            @Size(max = 8)
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
    public record Pool(
            @Required
            @Pattern(SUBNET)
            @Size(max = 64)
            @JsonPropertyDescription("The subnet that contains the pool, as 192.0.2.0/24.")
            String subnet,

            @Required
            @Pattern(POOL)
            @Size(max = 128)
            @JsonPropertyDescription("The addresses: a subnet, from-to, or one address.")
            String pool,

            @Nullable
            @Pattern(AGGREGATION)
            @Size(max = 8)
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
