package io.purelb.election;

import static org.jgroups.Message.Flag.DONT_BUNDLE;
import static org.jgroups.Message.Flag.OOB;
import static org.jgroups.Message.TransientFlag.DONT_LOOPBACK;

import java.net.InetAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.PhysicalAddress;
import org.jgroups.annotations.MBean;
import org.jgroups.protocols.Discovery;
import org.jgroups.protocols.PingData;
import org.jgroups.protocols.PingHeader;
import org.jgroups.stack.IpAddress;
import org.jgroups.util.ByteArray;
import org.jgroups.util.NameCache;
import org.jgroups.util.Responses;
import org.jspecify.annotations.Nullable;

/**
 * Asks the hosts that are peers at this moment. Unlike JGroups' TCPPING it asks no host that is no peer any more: a node
 * that left the cluster is not asked again.
 */
@MBean(description = "Discovery from a changing list of peers")
final class PeerDiscovery extends Discovery {
    /** Any number that JGroups does not use; it is in every discovery message, so all members must agree. */
    private static final short PROTOCOL_ID = 7934;

    private final AtomicReference<Set<InetAddress>> peers;
    private final PeersToAsk toAsk;
    private final int port;

    PeerDiscovery(AtomicReference<Set<InetAddress>> peers, int port) {
        this.peers = peers;
        this.port = port;
        this.toAsk = new PeersToAsk(ThreadLocalRandom.current().nextInt());
        setId(PROTOCOL_ID);
    }

    /** False: the coordinator tells newcomers the other members' addresses, since peer lists may lag behind. */
    @Override
    public boolean isDynamic() {
        return false;
    }

    @Override
    protected void findMembers(@Nullable List<Address> members, boolean initial, Responses responses) {
        PhysicalAddress self = (PhysicalAddress) down(new Event(Event.GET_PHYSICAL_ADDRESS, local_addr));
        PingData data = new PingData(local_addr, false, NameCache.get(local_addr), self);
        if (members != null && members.size() <= max_members_in_discovery_request) {
            data.mbrs(members);
        }
        ByteArray body = marshal(data);
        boolean asked = false;
        for (InetAddress peer : toAsk.next(peers.get(), initial)) {
            IpAddress target = new IpAddress(peer, port);
            if (!target.equals(self)) {
                PingHeader header = new PingHeader(PingHeader.GET_MBRS_REQ)
                        .clusterName(cluster_name)
                        .initialDiscovery(initial);
                down_prot.down(new BytesMessage(target)
                        .setFlag(DONT_BUNDLE, OOB)
                        .setFlag(DONT_LOOPBACK)
                        .putHeader(id, header)
                        .setArray(body));
                asked = true;
            }
        }
        if (!asked) {
            responses.done();
        }
    }

    @Override
    public void discoveryRequestReceived(Address sender, String name, PhysicalAddress address) {
        super.discoveryRequestReceived(sender, name, address);
        heard(address);
    }

    @Override
    protected boolean addDiscoveryResponseToCaches(Address member, String name, PhysicalAddress address) {
        heard(address);
        return super.addDiscoveryResponseToCaches(member, name, address);
    }

    private void heard(@Nullable PhysicalAddress address) {
        if (address instanceof IpAddress known) {
            toAsk.heard(known.getIpAddress());
        }
    }
}
