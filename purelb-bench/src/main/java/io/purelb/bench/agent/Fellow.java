package io.purelb.bench.agent;

import io.purelb.core.AgentMessage;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.Subnet;
import io.purelb.election.Group;
import io.purelb.election.GroupListener;
import io.purelb.election.GroupSettings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/** Another member of the agent's group, which competes for as many addresses as it says. */
final class Fellow implements AutoCloseable {
    private final Group group;
    private final String name;

    Fellow(String name, String address, String agent) throws UnknownHostException {
        this.name = name;
        group = new Group(
                new GroupSettings(name, InetAddress.getByName(address), 7934, List.of()), new GroupListener() {
                    @Override
                    public void membershipChanged(Membership membership) {}

                    @Override
                    public void messageReceived(String node, byte[] message) {
                        AgentMessage.decode(message)
                                .filter(said -> said.kind() == AgentMessage.Kind.OFFERED)
                                .ifPresent(said -> wanted(node, said.address()));
                    }
                });
        group.peers(List.of(InetAddress.getByName(address), InetAddress.getByName(agent)));
        group.start();
        competes(Optional.empty());
        Shell.await(
                "the agent and the fellow to be one group",
                30,
                () -> group.membership().members().size() == 2);
    }

    private void wanted(String holder, IpAddress address) {
        group.send(holder, new AgentMessage(AgentMessage.Kind.WANTED, address, Optional.of(holder)).encode());
    }

    /** Owns a subnet with this address alone from now on; or none. */
    void competes(Optional<IpAddress> address) {
        List<Subnet> subnets = address.map(one -> new Subnet(one, one.family().bits())).stream()
                .toList();
        group.publish(new Member(name, subnets, List.of(), true, false, "benchmark"));
    }

    @Override
    public void close() {
        group.close();
    }
}
