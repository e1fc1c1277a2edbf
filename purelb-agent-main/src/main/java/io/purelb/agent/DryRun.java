package io.purelb.agent;

import io.purelb.core.AgentMessage;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpAddress;
import io.purelb.core.Membership.Member;
import io.purelb.core.ServiceKey;
import io.purelb.core.Subnet;
import io.purelb.k8s.ObjectRef;
import io.purelb.process.Log;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Ports through which an agent looks and listens, but changes nothing and misleads nobody. */
final class DryRun {
    private static final Log LOG = Log.of(DryRun.class);

    private DryRun() {}

    /** Asks, but does not announce. */
    static Lan lan(Lan lan) {
        return new Lan() {
            @Override
            public void listen(Map<String, List<Subnet>> interfaces) {
                lan.listen(interfaces);
            }

            @Override
            public boolean probe(InterfaceAddress target) {
                return lan.probe(target);
            }

            @Override
            public void watch(Set<IpAddress> addresses) {
                lan.watch(addresses);
            }

            @Override
            public boolean announce(InterfaceAddress target, boolean reply) {
                if (!reply) {
                    LOG.info("would announce", "ip", target.address().address(), "interface", target.interfaceName());
                }
                return false;
            }
        };
    }

    /** A member that takes no address, so that the others do not count on it. */
    static Fellows fellows(Fellows fellows) {
        return new Fellows() {
            @Override
            public void publish(Member self) {
                fellows.publish(
                        new Member(self.node(), self.subnets(), self.macs(), self.linkUp(), true, self.version()));
            }

            @Override
            public void send(AgentMessage message) {
                if (message.kind() == AgentMessage.Kind.WHO_HOLDS) {
                    fellows.send(message);
                }
            }
        };
    }

    /** An event about anything, which is not written either. */
    static void event(ObjectRef object, boolean warning, String reason, String message) {
        LOG.info("would write an event", "object", object.name(), "reason", reason);
    }

    /** Writes nothing. */
    static ServiceNotes notes() {
        return new ServiceNotes() {
            @Override
            public void annotate(
                    ServiceKey service, Map<String, String> before, Map<String, Optional<String>> annotations) {
                LOG.info("would annotate", "service", service, "annotations", annotations);
            }

            @Override
            public void useClusterPolicy(ServiceKey service) {
                LOG.info("would set externalTrafficPolicy to Cluster", "service", service);
            }

            @Override
            public void event(ServiceKey service, boolean warning, String reason, String message) {
                LOG.info("would write an event", "service", service, "reason", reason);
            }
        };
    }
}
