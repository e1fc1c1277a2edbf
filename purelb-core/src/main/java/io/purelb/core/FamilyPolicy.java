package io.purelb.core;

/** How many address families a Service wants: {@code spec.ipFamilyPolicy}. */
public enum FamilyPolicy {
    SINGLE_STACK,
    PREFER_DUAL_STACK,
    /** Both families or none. */
    REQUIRE_DUAL_STACK
}
