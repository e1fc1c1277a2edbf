package io.purelb.lab.api;

import static io.purelb.lab.api.Trees.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.time.Instant;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TablesTest {
    @ParameterizedTest
    @CsvSource({
        "0,0s",
        "119,119s",
        "120,2m",
        "183,3m3s",
        "600,10m",
        "10799,179m",
        "10800,3h",
        "12300,3h25m",
        "28800,8h",
        "172799,47h",
        "172800,2d",
        "183600,2d3h",
        "691200,8d",
        "62985600,729d",
        "63072000,2y",
        "-1,0s",
        "-5,<invalid>"
    })
    void agesReadAsKubectlWritesThem(long seconds, String text) {
        Instant then = Instant.parse("2026-01-01T00:00:00Z");
        assertEquals(text, Tables.age(TextNode.valueOf(then.toString()), then.plusSeconds(seconds)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            .spec.name                                   | n
            .spec.list[*].k                              | a,b
            .spec.list[1].k                              | b
            .spec.list[*]['k']                           | a,b
            .metadata.annotations.x\\.io/y               | z
            .metadata.annotations['x.io/y']              | z
            .status.conditions[?(@.type=="Ready")].status | True
            .status.conditions[?(@.type!="Ready")].type  | Other
            """)
    void jsonPathsFindValues(String path, String expected) {
        JsonNode object = tree("""
                {'metadata':{'annotations':{'x.io/y':'z'}},'spec':{'name':'n','list':[{'k':'a'},{'k':'b'}]},
                 'status':{'conditions':[{'type':'Other','status':'False'},{'type':'Ready','status':'True'}]}}
                """);
        assertEquals(
                expected,
                JsonPath.parse(path).find(object).stream().map(JsonNode::asText).collect(Collectors.joining(",")));
    }

    @Test
    void absentValuesAreNotFound() {
        assertEquals(
                0, JsonPath.parse(".a.b[*].c").find(tree("{'a':{'b':null}}")).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "spec", ".a[", ".a[?(@.b)]", "..a"})
    void otherPathsAreRefused(String path) {
        assertThrows(StatusError.class, () -> JsonPath.parse(path));
    }
}
