package io.purelb.core;

/** What decides when the default routes of a family leave by several interfaces. */
public enum DefaultRoutes {
    /** Nothing does: the node has no local interface then. */
    UNIQUE,
    /** The lowest metric. */
    LOWEST_METRIC
}
