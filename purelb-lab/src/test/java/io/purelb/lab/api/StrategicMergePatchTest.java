package io.purelb.lab.api;

import static io.purelb.lab.api.Trees.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The results are those of a real kube-apiserver 1.32 for the same patches. */
class StrategicMergePatchTest {
    private static final String THREE_PORTS = "[{'name':'a','port':1},{'name':'b','port':2},{'name':'c','port':3}]";

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
            a new item goes first              | {'ports':[{'name':'d','port':4}]} | d4 a1 b2 c3
            an item is merged by its port      | {'ports':[{'name':'x','port':2}]} | a1 x2 c3
            a deleted item goes                | {'ports':[{'$patch':'delete','port':1}]} | b2 c3
            the given order wins               | {'$setElementOrder/ports':[{'port':3},{'port':2}],'ports':[{'name':'b','port':2}]} | a1 c3 b2
            the order places a new item        | {'$setElementOrder/ports':[{'port':5},{'port':3}],'ports':[{'name':'e','port':5}]} | e5 a1 b2 c3
            the order alone rearranges         | {'$setElementOrder/ports':[{'port':3},{'port':2},{'port':1}]} | c3 b2 a1
            replace drops what was there       | {'ports':[{'$patch':'replace'},{'name':'z','port':9}]} | z9
            delete and add in one patch        | {'ports':[{'$patch':'delete','port':2},{'name':'d','port':4}]} | d4 a1 c3
            null removes the list              | {'ports':null} | ^^
            """)
    void servicePortsMergeByPort(String claim, String patch, String expected) {
        ObjectNode patched = patch("{'spec':{'ports':" + THREE_PORTS + "}}", "{'spec':" + patch + "}");
        StringBuilder ports = new StringBuilder();
        patched.path("spec")
                .path("ports")
                .forEach(port -> ports.append(' ')
                        .append(port.path("name").asText())
                        .append(port.path("port").asText()));
        assertEquals(expected, ports.toString().strip());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', textBlock = """
            finalizers are a set             | {'metadata':{'finalizers':['c','a']}} | {'metadata':{'finalizers':['c','a','b']},'spec':{'selector':{'k':'v'},'externalIPs':['1']}}
            values are deleted by name       | {'metadata':{'$deleteFromPrimitiveList/finalizers':['a']}} | {'metadata':{'finalizers':['b']},'spec':{'selector':{'k':'v'},'externalIPs':['1']}}
            maps are merged, null removes    | {'spec':{'selector':{'x':'y','k':null}}} | {'metadata':{'finalizers':['a','b']},'spec':{'selector':{'x':'y'},'externalIPs':['1']}}
            a map may be replaced            | {'spec':{'selector':{'$patch':'replace','x':'y'}}} | {'metadata':{'finalizers':['a','b']},'spec':{'selector':{'x':'y'},'externalIPs':['1']}}
            a map may be emptied             | {'spec':{'selector':{'$patch':'delete'}}} | {'metadata':{'finalizers':['a','b']},'spec':{'selector':{},'externalIPs':['1']}}
            only retained keys stay          | {'spec':{'selector':{'$retainKeys':['x'],'x':'y'}}} | {'metadata':{'finalizers':['a','b']},'spec':{'selector':{'x':'y'},'externalIPs':['1']}}
            lists without a key are replaced | {'spec':{'externalIPs':['2']}} | {'metadata':{'finalizers':['a','b']},'spec':{'selector':{'k':'v'},'externalIPs':['2']}}
            """)
    void mapsAndValuesFollowTheDirectives(String claim, String patch, String expected) {
        String original = "{'metadata':{'finalizers':['a','b']},'spec':{'selector':{'k':'v'},'externalIPs':['1']}}";
        assertEquals(tree(expected), patch(original, patch));
    }

    @Test
    void conditionsAreMergedByType() {
        ObjectNode patched = patch(
                "{'status':{'conditions':[{'type':'A','status':'False','reason':'r'},{'type':'B','status':'True'}]}}",
                "{'status':{'conditions':[{'type':'A','status':'True'}]}}");
        assertEquals(
                tree(
                        "{'status':{'conditions':[{'type':'A','status':'True','reason':'r'},{'type':'B','status':'True'}]}}"),
                patched);
    }

    @Test
    void ownersAreMergedByUid() {
        ObjectNode patched = patch(
                "{'metadata':{'ownerReferences':[{'uid':'1','name':'a'}]}}",
                "{'metadata':{'ownerReferences':[{'uid':'2','name':'b'},{'uid':'1','name':'c'}]}}");
        assertEquals(tree("{'metadata':{'ownerReferences':[{'uid':'2','name':'b'},{'uid':'1','name':'c'}]}}"), patched);
    }

    @Test
    void addressesOfANodeAreMergedByTypeAndTaintsReplaced() {
        ObjectNode node = tree("{'spec':{'taints':[{'key':'a'}]},'status':{'addresses':[{'type':'A','address':'1'}]}}");
        ObjectNode patch =
                tree("{'spec':{'taints':[{'key':'b'}]},'status':{'addresses':[{'type':'A','address':'2'}]}}");
        assertEquals(patch, StrategicMergePatch.apply("Node", node, patch));
    }

    @Test
    void theOriginalIsLeftAlone() {
        ObjectNode original = tree("{'spec':{'ports':" + THREE_PORTS + "}}");
        ObjectNode copy = original.deepCopy();
        StrategicMergePatch.apply("Service", original, tree("{'spec':{'ports':[{'port':1,'name':'x'}]}}"));
        assertEquals(copy, original);
    }

    @Test
    void itemsWithoutTheirKeyAreRefused() {
        StatusError refusal = assertThrows(StatusError.class, () -> patch("{}", "{'spec':{'ports':[{'name':'x'}]}}"));
        assertEquals(
                "spec.ports: map: {\"name\":\"x\"} does not contain declared merge key: port", refusal.getMessage());
    }

    @Test
    void unknownDirectivesAreRefused() {
        assertThrows(StatusError.class, () -> patch("{}", "{'spec':{'$patch':'explode'}}"));
    }

    private static ObjectNode patch(String original, String patch) {
        return StrategicMergePatch.apply("Service", tree(original), tree(patch));
    }
}
