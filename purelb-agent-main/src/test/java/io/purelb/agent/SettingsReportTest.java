package io.purelb.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.prometheus.client.CollectorRegistry;
import io.purelb.core.Configuration;
import io.purelb.core.GroupSpec;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.core.Subnet;
import io.purelb.k8s.Events;
import io.purelb.k8s.ServiceGroupResource;
import io.purelb.process.CommonMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class SettingsReportTest {
    private static final Configuration GROUPS = Configuration.of(
            Configuration.EMPTY,
            List.of(
                    GroupSpec.of("local", "172.30.250.0/24", "fd00:250::/112"),
                    GroupSpec.of("virtual", "172.31.1.0/24")));

    private final List<String> said = new ArrayList<>();
    private final SettingsReport report = new SettingsReport(
            "b",
            new Events() {
                @Override
                public void normal(HasMetadata object, String reason, String message) {
                    throw new AssertionError("nothing here is normal: " + message);
                }

                @Override
                public void warning(HasMetadata object, String reason, String message) {
                    said.add(object.getMetadata().getName() + " " + reason + " "
                            + message.replaceFirst(".*hands out ([^,]*), the (.*) address of.*", "$1 $2"));
                }
            },
            CommonMetrics.register(new CollectorRegistry(), "test"));

    private void located(Configuration configuration, Member... members) {
        report.located(configuration, new Membership(List.of(members)), (namespace, name) -> {
            ServiceGroupResource group = new ServiceGroupResource();
            group.setMetadata(new ObjectMetaBuilder().withName(name).build());
            return Optional.of(group);
        });
    }

    private static Member member(String node, String... subnets) {
        return new Member(node, Stream.of(subnets).map(Subnet::parse).toList(), List.of(), true, false, "test");
    }

    @Test
    void addressesThatCannotWorkWhereNodesAreWarnOnce() {
        located(GROUPS, member("b", "172.30.250.0/24", "fd00:250::/64"));
        List<String> expected = List.of(
                "local UnusableAddress 172.30.250.0 network",
                "local UnusableAddress 172.30.250.255 broadcast",
                "local UnusableAddress fd00:250:: subnet-router anycast");
        assertEquals(expected, said);
        located(GROUPS, member("b", "172.30.250.0/24", "fd00:250::/64"), member("c", "172.30.250.0/24"));
        assertEquals(expected, said);
    }

    @Test
    void firstAgentOfASubnetSpeaksForIt() {
        located(GROUPS, member("a", "172.30.250.0/24"), member("b", "172.30.250.0/24"));
        assertEquals(List.of(), said);
        located(GROUPS, member("b", "172.30.250.0/24"));
        assertEquals(2, said.size());
    }

    @Test
    void groupThatIsPutRightAndWrongAgainWarnsAgain() {
        Member here = member("b", "172.30.250.0/24");
        Configuration right = Configuration.of(Configuration.EMPTY, List.of(GroupSpec.of("local", "172.30.250.16/28")));
        located(right, here);
        assertEquals(List.of(), said);
        located(GROUPS, here);
        located(right, here);
        located(GROUPS, here);
        assertEquals(4, said.size());
    }
}
