package io.purelb.lab.api;

import static io.purelb.lab.api.Trees.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Field sets, merges and the record of managers; {@code apply.txt} holds them to the real server. */
final class OwnershipTest {
    private static final JsonNode LISTS = tree("""
            {'properties':{'set':{'type':'array','x-kubernetes-list-type':'set'},
              'map':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k']},
              'atomic':{'type':'array'},'whole':{'type':'object','x-kubernetes-map-type':'atomic'}}}
            """);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'set':['a']}              | {'f:set':{'v:"a"':{}}}
            {'map':[{'k':1,'x':2}]}    | {'f:map':{'k:{"k":1}':{'.':{},'f:k':{},'f:x':{}}}}
            {'atomic':[1,2]}           | {'f:atomic':{}}
            {'whole':{'a':1}}          | {'f:whole':{}}
            {'free':{'a':{}}}          | {'f:free':{'.':{},'f:a':{}}}
            """)
    void fieldsOfAValueFollowItsSchema(String value, String fields) {
        String json = fields.replace("\"", "\\\"").replace('\'', '"');
        assertEquals(Json.constant(json), FieldSchema.of(LISTS, tree(value)).write());
        assertEquals(FieldSet.read(Json.constant(json)), FieldSchema.of(LISTS, tree(value)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            a b c | b     | a b c
            a b c | c a   | b c a
            a b   | x b   | a x b
            a b   | b x   | a b x
            ''    | x y   | x y
            a b c | x     | a b c x
            """)
    void mergedSetsKeepTheOrderOfWhatIsApplied(String live, String applied, String expected) {
        JsonNode merged = FieldMerge.merge(LISTS, set(live), set(applied));
        assertEquals(set(expected), merged);
    }

    private static ObjectNode set(String words) {
        ObjectNode object = Json.object();
        Json.put(object, "set", words.isEmpty() ? List.of() : List.of(words.split(" ")));
        return object;
    }

    @Test
    void differencesAreNamedAsPaths() {
        FieldComparison change = FieldComparison.of(
                LISTS,
                tree("{'set':['a'],'map':[{'k':1,'x':2}],'free':{'p':1}}"),
                tree("{'set':['b'],'map':[{'k':1,'x':3}],'free':{'q':1}}"));
        assertEquals(List.of(".free.q", ".set[=\"b\"]"), change.added().paths());
        assertEquals(List.of(".map[k=1].x"), change.modified().paths());
        assertEquals(List.of(".free.p", ".set[=\"a\"]"), change.removed().paths());
    }

    @Test
    void elevenUpdatersAreTooMany() {
        FieldManagers managers = new FieldManagers();
        for (int i = 0; i < 11; i++) {
            FieldSet fields = FieldSet.read(Json.object().set("f:f" + i, Json.object()));
            managers.give(new FieldManagers.Manager("m" + i, false, "v1", ""), fields, "v1", true);
        }
        ObjectNode object = Json.object();
        managers.write(object);
        List<String> names = new ArrayList<>();
        Json.at(object, "metadata", "managedFields").forEach(entry -> names.add(Json.text(entry, "manager")));
        assertEquals(10, names.size());
        assertTrue(names.contains("ancient-changes"), names.toString());
        assertEquals(
                11,
                managers.allBut(new FieldManagers.Manager("none", true, "", ""))
                        .paths()
                        .size());
    }
}
