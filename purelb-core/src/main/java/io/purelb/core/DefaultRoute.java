package io.purelb.core;

/**
 * A default route of a node's main table, or one of its next hops.
 *
 * @param interfaceName the interface it leaves by
 * @param metric the smaller wins
 */
public record DefaultRoute(String interfaceName, long metric) {}
