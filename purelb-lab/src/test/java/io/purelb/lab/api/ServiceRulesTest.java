package io.purelb.lab.api;

import static io.purelb.lab.api.Trees.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The results are those of a real kube-apiserver 1.32 with the same address ranges. */
class ServiceRulesTest {
    private static final String PORT = "'ports':[{'port':80}]";

    private final ServiceRules rules = new ServiceRules();

    @Test
    void defaultsOfAClusterService() {
        assertEquals(tree("""
                        {'ports':[{'port':80,'protocol':'TCP','targetPort':80}],'type':'ClusterIP','sessionAffinity':'None',
                         'internalTrafficPolicy':'Cluster','clusterIP':'10.96.0.1','ipFamilyPolicy':'SingleStack',
                         'clusterIPs':['10.96.0.1'],'ipFamilies':['IPv4']}
                        """), created("{" + PORT + "}").path("spec"));
    }

    @Test
    void defaultsOfALoadBalancer() {
        assertEquals(
                tree("""
                        {'type':'LoadBalancer','ports':[{'port':80,'protocol':'TCP','targetPort':80,'nodePort':30000}],
                         'externalTrafficPolicy':'Local','sessionAffinity':'ClientIP',
                         'sessionAffinityConfig':{'clientIP':{'timeoutSeconds':10800}},'internalTrafficPolicy':'Cluster',
                         'allocateLoadBalancerNodePorts':true,'clusterIP':'10.96.0.1','ipFamilyPolicy':'SingleStack',
                         'clusterIPs':['10.96.0.1'],'ipFamilies':['IPv4'],'healthCheckNodePort':30001}
                        """),
                created("{'type':'LoadBalancer'," + PORT
                                + ",'externalTrafficPolicy':'Local','sessionAffinity':'ClientIP'}")
                        .path("spec"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            'ipFamilyPolicy':'PreferDualStack'                        | PreferDualStack IPv4,IPv6 10.96.0.1,fd00:10:96::1
            'ipFamilies':['IPv6']                                     | SingleStack IPv6 fd00:10:96::1
            'ipFamilies':['IPv6'],'ipFamilyPolicy':'RequireDualStack' | RequireDualStack IPv6,IPv4 fd00:10:96::1,10.96.0.1
            'clusterIP':'10.96.9.9'                                   | SingleStack IPv4 10.96.9.9
            'clusterIP':'fd00:10:96::9'                               | SingleStack IPv6 fd00:10:96::9
            'clusterIP':'None'                                        | RequireDualStack IPv4,IPv6 None
            'clusterIP':'None','selector':{'a':'b'}                   | SingleStack IPv4 None
            """)
    void familiesAreCompleted(String spec, String expected) {
        assertEquals(expected, families(created("{" + PORT + "," + spec + "}")));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                       | spec.ports: Required value
            {'ports':[{'port':1},{'port':2}]}        | spec.ports[0].name: Required value; spec.ports[1].name: Required value
            {'ports':[{'port':1,'name':'a'},{'port':2,'name':'a'}]} | spec.ports[1].name: Duplicate value: "a"
            {'ports':[{'port':0,'targetPort':1}]}    | spec.ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive
            {'ports':[{'port':1,'protocol':'X'}]}    | spec.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"
            {'type':'Foo','ports':[{'port':1}]}      | spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort"
            {'type':'ExternalName'}                  | spec.externalName: Required value
            {'ports':[{'port':1,'nodePort':30100}]}  | spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'
            {'type':'NodePort','ports':[{'port':1,'nodePort':80}]} | spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767
            {'loadBalancerClass':'a/b','ports':[{'port':1}]} | spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'
            {'clusterIP':'x','ports':[{'port':1}]}   | spec.clusterIPs[0]: Invalid value: "x": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)
            {'clusterIP':'1.2.3.4','ports':[{'port':1}]} | spec.clusterIPs: Invalid value: []string{"1.2.3.4"}: failed to allocate IP 1.2.3.4: the provided network does not match the current range
            {'ipFamilies':['IPv6','IPv4'],'ports':[{'port':1}]} | spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified
            {'externalTrafficPolicy':'Local','ports':[{'port':1}]} | spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services
            """)
    void badServicesAreRefusedInTheServersWords(String spec, String complaint) {
        assertEquals(complaint, refusal(spec));
    }

    @Test
    void whatIsHeldIsNotGivenTwice() {
        ObjectNode first = created("{'type':'NodePort','ports':[{'port':1,'nodePort':31000}]}");
        assertEquals(
                "spec.clusterIPs: Invalid value: []string{\"10.96.0.1\"}: failed to allocate IP 10.96.0.1: provided IP is"
                        + " already allocated",
                refusal("{'clusterIP':'10.96.0.1'," + PORT + "}"));
        assertEquals(
                "spec.ports[0].nodePort: Invalid value: 31000: provided port is already allocated",
                refusal("{'type':'NodePort','ports':[{'port':1,'nodePort':31000}]}"));
        rules.committed(first, null);
        assertEquals("10.96.0.1", Json.text(created("{'clusterIP':'10.96.0.1'," + PORT + "}"), "spec", "clusterIP"));
    }

    @Test
    void leavingLoadBalancerTakesItsFieldsAndTheIngressAlong() {
        ObjectNode old = created("{'type':'LoadBalancer','loadBalancerClass':'a/b'," + PORT + "}");
        Json.child(old, "status").set("loadBalancer", tree("{'ingress':[{'ip':'1.2.3.4'}]}"));
        ObjectNode next = old.deepCopy();
        Json.child(next, "spec").put("type", "ClusterIP");
        assertEquals("", update(next, old));
        assertEquals(tree("""
                        {'type':'ClusterIP','ports':[{'port':80,'protocol':'TCP','targetPort':80}],'sessionAffinity':'None',
                         'internalTrafficPolicy':'Cluster','clusterIP':'10.96.0.1','ipFamilyPolicy':'SingleStack',
                         'clusterIPs':['10.96.0.1'],'ipFamilies':['IPv4']}
                        """), next.path("spec"));
        assertEquals(tree("{'loadBalancer':{}}"), next.path("status"));
    }

    @Test
    void anUpdateThatDoesNotMentionAllocationsKeepsThem() {
        ObjectNode old = created("{'type':'LoadBalancer','ipFamilyPolicy':'PreferDualStack'," + PORT + "}");
        ObjectNode next = Trees.service("x", "{'type':'LoadBalancer'," + PORT + "}");
        next.set("status", old.path("status").deepCopy());
        assertEquals("", update(next, old));
        assertEquals(old.path("spec"), next.path("spec"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            SingleStack     | 'ipFamilyPolicy':'SingleStack'                          | SingleStack IPv4 10.96.0.1
            remove one      | 'ipFamilyPolicy':'SingleStack','ipFamilies':['IPv4']    | SingleStack IPv4 10.96.0.1
            Require         | 'ipFamilyPolicy':'RequireDualStack'                     | RequireDualStack IPv4,IPv6 10.96.0.1,fd00:10:96::1
            """)
    void familiesOfADualServiceMayChange(String claim, String change, String expected) {
        ObjectNode old = created("{'ipFamilyPolicy':'PreferDualStack'," + PORT + "}");
        ObjectNode next = (ObjectNode) MergePatch.apply(old, tree("{'spec':{" + change + "}}"));
        assertEquals("", update(next, old));
        assertEquals(expected, families(next));
    }

    @Test
    void aSecondFamilyIsAddedToTheFirst() {
        ObjectNode old = created("{" + PORT + "}");
        ObjectNode next = (ObjectNode) MergePatch.apply(old, tree("{'spec':{'ipFamilyPolicy':'PreferDualStack'}}"));
        assertEquals("", update(next, old));
        assertEquals("PreferDualStack IPv4,IPv6 10.96.0.1,fd00:10:96::1", families(next));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'clusterIP':'10.96.7.7'}         | spec.clusterIPs[0]: Invalid value: []string{"10.96.7.7", "fd00:10:96::1"}: may not change once set
            {'loadBalancerClass':'c/d'}       | spec.loadBalancerClass: Invalid value: "c/d": may not change once set
            {'loadBalancerClass':null}        | spec.loadBalancerClass: Invalid value: "null": may not change once set
            {'ipFamilies':['IPv4']}           | spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be 'SingleStack' to release the secondary IP family
            """)
    void whatIsSetStays(String change, String complaint) {
        ObjectNode old = created(
                "{'type':'LoadBalancer','loadBalancerClass':'a/b','ipFamilyPolicy':'PreferDualStack'," + PORT + "}");
        ObjectNode next = (ObjectNode) MergePatch.apply(old, Json.object().set("spec", tree(change)));
        assertEquals(complaint, update(next, old));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'ip':'1.2.3.400'}                 | status.loadBalancer.ingress[0].ip: Invalid value: "1.2.3.400": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)
            {'ip':'1.2.3.4','ipMode':'X'}      | status.loadBalancer.ingress[0].ipMode: Unsupported value: "X": supported values: "Proxy", "VIP"
            {'hostname':'a.b','ipMode':'VIP'}  | status.loadBalancer.ingress[0].ipMode: Forbidden: may not be specified when `ip` is not set
            {'hostname':'1.2.3.4'}             | status.loadBalancer.ingress[0].hostname: Invalid value: "1.2.3.4": must be a DNS name, not an IP address
            """)
    void badIngressIsRefused(String ingress, String complaint) {
        ObjectNode old = created("{'type':'LoadBalancer'," + PORT + "}");
        ObjectNode next = old.deepCopy();
        next.set("status", tree("{'loadBalancer':{'ingress':[" + ingress + "]}}"));
        assertEquals(complaint, update(next, old));
    }

    @Test
    void ingressOfAnAddressIsAVirtualOneByDefault() {
        ObjectNode old = created("{'type':'LoadBalancer'," + PORT + "}");
        ObjectNode next = old.deepCopy();
        next.set("status", tree("{'loadBalancer':{'ingress':[{'ip':'fd00::1'}]}}"));
        assertEquals("", update(next, old));
        assertEquals("VIP", Json.text(next.at("/status/loadBalancer/ingress/0"), "ipMode"));
    }

    @Test
    void nodePortsAreNotAllocatedWhenNotWanted() {
        ObjectNode service = created("{'type':'LoadBalancer','allocateLoadBalancerNodePorts':false," + PORT + "}");
        assertTrue(service.at("/spec/ports/0/nodePort").isMissingNode());
    }

    private ObjectNode created(String spec) {
        ObjectNode service = Trees.service("x", spec);
        FieldErrors errors = new FieldErrors();
        rules.defaults(service);
        rules.create(service, errors);
        assertEquals("", text(errors));
        rules.committed(null, service);
        return service;
    }

    private String refusal(String spec) {
        FieldErrors errors = new FieldErrors();
        ObjectNode service = Trees.service("x", spec);
        rules.defaults(service);
        rules.create(service, errors);
        return text(errors);
    }

    private String update(ObjectNode next, ObjectNode old) {
        FieldErrors errors = new FieldErrors();
        rules.defaults(next);
        rules.update(next, old, errors);
        return text(errors);
    }

    private static String families(ObjectNode service) {
        return Json.text(service, "spec", "ipFamilyPolicy")
                + " " + String.join(",", Json.texts(Json.at(service, "spec", "ipFamilies")))
                + " " + String.join(",", Json.texts(Json.at(service, "spec", "clusterIPs")));
    }

    private static String text(FieldErrors errors) {
        return errors.list().stream().map(Object::toString).collect(Collectors.joining("; "));
    }
}
