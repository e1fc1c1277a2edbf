package io.purelb.lab.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the contract suite takes for equal, and what it does not. */
final class ContractNormalTest {
    private static ObjectNode answer(String body) {
        return Trees.tree("{'code': 200, 'warnings': [], 'body': " + body + "}");
    }

    private static List<String> compare(String real, String lab) {
        return compareAll(List.of(answer(real)), List.of(answer(lab)));
    }

    private static List<String> compareAll(List<ObjectNode> real, List<ObjectNode> lab) {
        List<Contract.Request> requests = real.stream()
                .map(a -> new Contract.Request(1, "GET", "x", 200, List.of(), ""))
                .toList();
        return ContractCompare.differences(new Contract.Scenario("t", "c", requests), real, lab);
    }

    @Test
    void identitiesTimesAndAddressesOfTwoServersAreEqual() {
        List<String> differences = compare("""
                {'metadata': {'name': 'a', 'uid': '11111111-1111-1111-1111-111111111111', 'resourceVersion': '7',
                  'creationTimestamp': '2026-01-01T00:00:00Z'},
                 'spec': {'clusterIP': '10.96.1.2', 'ports': [{'nodePort': 30001}]}}
                """, """
                {'metadata': {'name': 'a', 'uid': '22222222-2222-2222-2222-222222222222', 'resourceVersion': '900',
                  'creationTimestamp': '2026-01-01T00:00:09Z'},
                 'spec': {'clusterIP': '10.96.3.4', 'ports': [{'nodePort': 32000}]}}
                """);
        assertEquals(List.of(), differences);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'metadata': {'name': 'a'}} | {'metadata': {'name': 'b'}}",
                "{'metadata': {'name': 'a'}} | {'metadata': {}}",
                "{'metadata': {'name': 'a', 'uid': 'u'}} | {'metadata': {'name': 'a'}}",
                "{'metadata': {'name': 'a', 'resourceVersion': ''}} | {'metadata': {'name': 'a', 'resourceVersion': '5'}}",
                "{'spec': {'clusterIP': '10.96.0.1'}} | {'spec': {'clusterIP': 'None'}}",
                "{'spec': {'clusterIP': '10.96.0.1'}} | {'spec': {'clusterIP': '192.0.2.1'}}",
                "{'ports': [{'nodePort': 30001}]} | {'ports': [{'nodePort': 80}]}",
                "{'ports': [{'nodePort': 30001}]} | {'ports': [{}]}",
                "{'ports': [1, 2]} | {'ports': [2, 1]}",
                "{'n': 1} | {'n': '1'}",
                "{'n': null} | {}",
                "{'t': '2026-01-01T00:00:00Z'} | {'t': '2026-01-01T00:00:00.000000Z'}",
                "{'metadata': {'continue': 'abc'}} | {'metadata': {'continue': ''}}",
                "{'metadata': {'remainingItemCount': 1}} | {'metadata': {'remainingItemCount': 2}}",
                "{'metadata': {'name': 'x-bcdfg', 'generateName': 'x-'}} | {'metadata': {'name': 'x-abc', 'generateName': 'x-'}}",
                "{'cells': ['5s']} | {'cells': ['5m']}",
                "{'message': 'a: [x: 1, y: 2]'} | {'message': 'a: [y: 2, x: 1]'}",
                "{'details': {'causes': [{'field': 'a'}]}} | {'details': {'causes': [{'field': 'b'}]}}",
                "{'metadata': {'managedFields': [{'manager': 'a'}]}} | {'metadata': {'managedFields': [{'manager': 'b'}]}}",
            })
    void realDifferencesAreSeen(String real, String lab) {
        assertNotEquals(List.of(), compare(real, lab), () -> real + " and " + lab);
    }

    @Test
    void whatKeepsItsVersionDiffersFromWhatDoesNot() {
        ObjectNode first = answer("{'metadata': {'name': 'a', 'resourceVersion': '7'}}");
        ObjectNode changed = answer("{'metadata': {'name': 'a', 'resourceVersion': '8'}}");
        assertEquals(
                1, compareAll(List.of(first, first), List.of(first, changed)).size());
    }

    @Test
    void codesWarningsAndLostEventsAreSeen() {
        ObjectNode refused = answer("{}").put("code", 409);
        assertTrue(compareAll(List.of(answer("{}")), List.of(refused)).get(0).contains("lab answered 409"));
        ObjectNode warned = answer("{}");
        warned.putArray("warnings").add("deprecated");
        assertEquals(1, compareAll(List.of(answer("{}")), List.of(warned)).size());
        String bookmark = "{'type': 'BOOKMARK', 'object': {}}";
        String added = "{'type': 'ADDED', 'object': {}}";
        String two = "{'events': [" + bookmark + "," + added + "," + bookmark + "]}";
        assertEquals(List.of(), compare(two, "{'events': [" + added + "," + bookmark + "]}"));
        assertEquals(1, compare(two, "{'events': [" + bookmark + "]}").size());
        assertEquals(1, compare(two, "{'events': [" + added + "]}").size());
    }

    @Test
    void causesMayComeInAnyOrderButNoneMayBeMissing() {
        String ab = "{'message': 'x: [a: 1, b: 2]', 'details': {'causes': [{'field': 'a', 'message': '1'},"
                + " {'field': 'b', 'message': '2'}]}}";
        String ba = "{'message': 'x: [b: 2, a: 1]', 'details': {'causes': [{'field': 'b', 'message': '2'},"
                + " {'field': 'a', 'message': '1'}]}}";
        assertEquals(List.of(), compare(ab, ba));
        assertEquals(1, compare(ab, ba.replace("b: 2", "c: 2")).size());
    }

    @Test
    void everyTableHasRequests() {
        int requests = Contract.TABLES.stream()
                .flatMap(table -> Contract.scenarios(table).stream())
                .mapToInt(scenario -> scenario.requests().size())
                .sum();
        assertTrue(requests > 500, () -> "only " + requests);
    }
}
