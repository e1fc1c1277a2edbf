package io.purelb.agent;

import io.purelb.core.AgentSettings;
import io.purelb.core.Configuration;
import io.purelb.core.IpAddress;
import java.util.List;
import java.util.Set;

/**
 * What the API server says, once all of it was listed.
 *
 * @param nodeAddresses addresses of this node itself, which are never ours; its primary one first
 * @param excluded whether this node is labelled to announce nothing local
 * @param settings what the LBNodeAgent object for this node says
 * @param configuration the service groups in force
 * @param peers addresses of the nodes that have an agent
 * @param services Services that are announced or still have annotations of ours, sorted by key
 */
record ClusterView(
        List<IpAddress> nodeAddresses,
        boolean excluded,
        AgentSettings settings,
        Configuration configuration,
        Set<IpAddress> peers,
        List<ServiceView> services) {}
