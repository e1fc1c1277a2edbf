package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.ServiceStatus;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.purelb.core.FamilyPolicy;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Reason;
import io.purelb.core.Refusal;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServiceRequest;
import io.purelb.core.ShownService;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ServicesTest {
    private static Service service(String annotations, String spec) {
        return Serialization.unmarshal(
                "---\n{apiVersion: v1, kind: Service, metadata: {namespace: ns, name: web, annotations: {" + annotations
                        + "}}, spec: {type: LoadBalancer, ports: [{port: 80}], " + spec + "}}",
                Service.class);
    }

    @Test
    void classDecidesWhoseAServiceIs() {
        Service ours = service("", "loadBalancerClass: purelb.io/purelb");
        Service theirs = service("", "loadBalancerClass: metallb.io/metallb");
        Service open = service("", "ipFamilies: [IPv4]");
        assertTrue(Services.isOurs(ours, false));
        assertFalse(Services.isOurs(theirs, true));
        assertTrue(Services.isOurs(open, true));
        assertFalse(Services.isOurs(open, false));
    }

    @Test
    void brandedServiceStaysOursWithoutDefaultAnnouncer() {
        assertTrue(Services.isOurs(service("purelb.io/allocated-by: PureLB", "ipFamilies: [IPv4]"), false));
    }

    @Test
    void otherTypesAreNotOurs() {
        Service service = service("purelb.io/allocated-by: PureLB", "loadBalancerClass: purelb.io/purelb");
        service.getSpec().setType("ClusterIP");
        assertFalse(Services.isOurs(service, true));
    }

    @Test
    void requestSaysWhatTheServiceSays() {
        Service service = service(
                "purelb.io/service-group: ' virtual ', purelb.io/allow-shared-ip: key",
                "ipFamilies: [IPv6, IPv4], ipFamilyPolicy: RequireDualStack, externalTrafficPolicy: Local");
        ServiceRequest request = Services.request(service);
        assertEquals(new ServiceKey("ns", "web"), request.service());
        assertEquals(List.of(IpFamily.IPV6, IpFamily.IPV4), request.families());
        assertEquals(FamilyPolicy.REQUIRE_DUAL_STACK, request.policy());
        assertEquals(Optional.of("virtual"), request.group());
        assertEquals(Optional.of("key"), request.sharingKey());
        assertEquals("[TCP/80]", request.ports().toString());
        assertTrue(request.localPolicy());
        assertEquals(List.of(), request.requested().addresses());
    }

    @Test
    void bothFieldsForAddressesAddUpWhereTheFamiliesDiffer() {
        for (Service both : List.of(
                service("purelb.io/addresses: 10.0.0.1", "loadBalancerIP: 'fd00::1'"),
                service("purelb.io/addresses: '10.0.0.1, fd00::1'", "loadBalancerIP: 10.0.0.1"))) {
            assertEquals(
                    List.of(IpAddress.parse("10.0.0.1"), IpAddress.parse("fd00::1")),
                    Services.request(both).requested().addresses());
        }
        assertEquals(
                List.of(IpAddress.parse("10.0.0.9")),
                Services.request(service("", "loadBalancerIP: 10.0.0.9"))
                        .requested()
                        .addresses());
    }

    @Test
    void bothFieldsForAddressesMayNotNameDifferentOnesOfAFamily() {
        Refusal refusal = Services.request(
                        service("purelb.io/addresses: '10.0.0.15 , fd00::1'", "loadBalancerIP: 10.0.0.16"))
                .requested()
                .refusal()
                .orElseThrow();
        assertEquals(Reason.CONFLICTING_REQUEST, refusal.reason());
        assertTrue(refusal.message().contains("10.0.0.15"), refusal.message());
        assertTrue(refusal.message().contains("spec.loadBalancerIP for 10.0.0.16"), refusal.message());
    }

    @Test
    void aMalformedOlderFieldIsNotHiddenByTheAnnotation() {
        Refusal refusal = Services.request(service("purelb.io/addresses: 10.0.0.15", "loadBalancerIP: tomorrow"))
                .requested()
                .refusal()
                .orElseThrow();
        assertEquals(Reason.MALFORMED_ADDRESS, refusal.reason());
        assertTrue(refusal.message().startsWith("spec.loadBalancerIP"), refusal.message());
    }

    @Test
    void blankAnnotationsAskForNothing() {
        ServiceRequest request = Services.request(
                service("purelb.io/service-group: '', purelb.io/allow-shared-ip: ' '", "ipFamilies: [IPv4]"));
        assertEquals(Optional.empty(), request.group());
        assertEquals(Optional.empty(), request.sharingKey());
    }

    @Test
    void malformedAddressIsARefusalThatNamesTheAnnotation() {
        var refusal = Services.request(service("purelb.io/addresses: 10.0.0.300", "ipFamilies: [IPv4]"))
                .requested()
                .refusal()
                .orElseThrow();
        assertEquals(Reason.MALFORMED_ADDRESS, refusal.reason());
        assertTrue(refusal.message().contains("purelb.io/addresses"), refusal.message());
    }

    @Test
    void familyComesFromTheClusterIpWhereTheApiServerNamesNone() {
        assertEquals(
                List.of(IpFamily.IPV6),
                Services.request(service("", "clusterIP: 'fd00::5'")).families());
        assertEquals(
                List.of(IpFamily.IPV4),
                Services.request(service("", "clusterIP: ''")).families());
    }

    @Test
    void portsWithoutANumberAndNullListsAskForNothing() {
        Service service = service("", "ipFamilies: [IPv6]");
        service.getSpec().setPorts(List.of(new ServicePort()));
        assertEquals("[]", Services.request(service).ports().toString());
        service.getSpec().setPorts(null);
        service.getSpec().setIpFamilies(null);
        ServiceRequest request = Services.request(service);
        assertEquals("[]", request.ports().toString());
        assertEquals(List.of(IpFamily.IPV4), request.families());
    }

    @Test
    void ingressEntriesWithoutAnAddressAreNotAddresses() {
        Service service = Serialization.unmarshal(
                "---\n{metadata: {namespace: a, name: b}, spec: {type: LoadBalancer}, status: {loadBalancer: {ingress: ["
                        + "{hostname: x}, {ip: 10.0.0.1}, {ip: nonsense}]}}}",
                Service.class);
        assertTrue(Services.hasIngress(service));
        assertEquals(List.of(IpAddress.parse("10.0.0.1")), Services.ingress(service));
    }

    private static ShownService shown(String ingress) {
        Service service = service("purelb.io/allocated-from: edge", "loadBalancerClass: purelb.io/purelb");
        service.setStatus(
                Serialization.unmarshal("---\n{loadBalancer: {ingress: [" + ingress + "]}}", ServiceStatus.class));
        return Services.shown(service, false);
    }

    @Test
    void whatIsNoPlainAddressIsShownAsSomethingElse() {
        List<IpAddress> one = List.of(IpAddress.parse("10.0.0.1"));
        assertEquals(new ShownService(true, false, one, false, List.of("edge")), shown("{ip: 10.0.0.1, ipMode: VIP}"));
        assertEquals(new ShownService(true, false, one, true, List.of("edge")), shown("{ip: 10.0.0.1}, {hostname: x}"));
        assertTrue(shown("{ip: 10.0.0.1, hostname: x}").anythingElse());
        assertTrue(shown("{ip: nonsense}").anythingElse());
        assertFalse(shown("").anythingElse());
    }
}
