package io.purelb.election;

/**
 * What a {@link Group} counted since its start.
 *
 * @param viewChanges how often members came, went, or merged
 * @param refusedDatagrams datagrams dropped because they were not sealed, sealed under another secret, or replayed
 */
public record GroupCounters(long viewChanges, long refusedDatagrams) {}
