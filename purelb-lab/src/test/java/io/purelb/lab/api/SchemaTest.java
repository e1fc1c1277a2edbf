package io.purelb.lab.api;

import static io.purelb.lab.api.Trees.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The words are those of a real kube-apiserver 1.32 for the same schema and values. */
class SchemaTest {
    private static final JsonNode SCHEMA = tree("""
            {'type':'object','required':['a'],'properties':{
              'a':{'type':'string','pattern':'^[a-z]+$','maxLength':5,'minLength':2},
              'n':{'type':'integer','minimum':1,'maximum':5,'default':3},
              'e':{'type':'string','enum':['x','y']},
              'b':{'type':'boolean'},
              'f':{'type':'number','multipleOf':0.5,'minimum':0,'exclusiveMinimum':true},
              'list':{'type':'array','maxItems':2,'minItems':1,'items':{'type':'object','required':['k'],
                'properties':{'k':{'type':'string'},'d':{'type':'string','default':'dd'}}}},
              'm':{'type':'object','additionalProperties':{'type':'integer'}},
              'nul':{'type':'string','nullable':true},
              'ios':{'x-kubernetes-int-or-string':true},
              'any':{'type':'object','x-kubernetes-preserve-unknown-fields':true},
              'set':{'type':'array','x-kubernetes-list-type':'set','items':{'type':'string'}},
              'map':{'type':'array','x-kubernetes-list-type':'map','x-kubernetes-list-map-keys':['k'],
                'items':{'type':'object','properties':{'k':{'type':'string'}}}},
              'one':{'type':'object','properties':{'p':{'type':'string'},'q':{'type':'string'}},
                'oneOf':[{'required':['p']},{'required':['q']}]},
              'none':{'type':'object','not':{'required':['p']},'properties':{'p':{'type':'string'}}}}}
            """);

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                          | a: Required value
            {'a':1}                     | a: Invalid value: "integer": a in body must be of type string: "integer"
            {'a':'ABC'}                 | a: Invalid value: "ABC": a in body should match '^[a-z]+$'
            {'a':'abcdef'}              | a: Too long: may not be more than 5 bytes
            {'a':'a'}                   | a: Invalid value: "a": a in body should be at least 2 chars long
            {'a':'ab','n':0}            | n: Invalid value: 0: n in body should be greater than or equal to 1
            {'a':'ab','n':6}            | n: Invalid value: 6: n in body should be less than or equal to 5
            {'a':'ab','n':1.5}          | n: Invalid value: "number": n in body must be of type integer: "number"
            {'a':'ab','e':'z'}          | e: Unsupported value: "z": supported values: "x", "y"
            {'a':'ab','b':'true'}       | b: Invalid value: "string": b in body must be of type boolean: "string"
            {'a':'ab','f':1.2}          | f: Invalid value: 1.2: f in body should be a multiple of 0.5
            {'a':'ab','f':0}            | f: Invalid value: 0: f in body should be greater than 0
            {'a':'ab','list':[]}        | list: Invalid value: 0: list in body should have at least 1 items
            {'a':'ab','list':[{}]}      | list[0].k: Required value
            {'a':'ab','list':[{'k':'1'},{'k':'2'},{'k':'3'}]} | list: Too many: 3: must have at most 2 items
            {'a':'ab','list':{}}        | list: Invalid value: "object": list in body must be of type array: "object"
            {'a':'ab','m':{'k':'v'}}    | m.k: Invalid value: "string": m.k in body must be of type integer: "string"
            {'a':'ab','ios':1.5}        | ios: Invalid value: "number": ios in body must be of type integer,string: "number"
            {'a':'ab','set':['q','q']}  | set[1]: Duplicate value: "q"
            {'a':'ab','map':[{'k':'q'},{'k':'q'}]} | map[1]: Duplicate value: map[string]interface {}{"k":"q"}
            {'a':'ab','one':{'p':'1','q':'2'}} | one: Invalid value: map[string]interface {}{"p":"1", "q":"2"}: "one" must validate one and only one schema (oneOf)
            {'a':'ab','none':{'p':'1'}} | none: Invalid value: map[string]interface {}{"p":"1"}: "none" must not validate the schema (not)
            """)
    void wrongValuesAreNamed(String value, String complaint) {
        assertEquals(List.of(complaint), complaints(tree(value)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'a':'abcde','n':5,'e':'x','b':true,'f':1.5,'list':[{'k':'1'}],'m':{'k':1},'nul':null}
            {'a':'ab','n':2.0,'ios':'50%','any':{'x':[1]},'set':['a','b'],'map':[{'k':'a'},{'k':'b'}],'one':{'q':''},'none':{}}
            """)
    void rightValuesPass(String value) {
        assertEquals(List.of(), complaints(tree(value)));
    }

    @Test
    void unknownFieldsArePrunedAndNamed() {
        ObjectNode value = tree("{'a':'ab','zz':1,'list':[{'k':'1','yy':2}],'any':{'q':{'r':1}},'m':{'free':1}}");
        List<String> unknown = new ArrayList<>();
        SchemaShape.prune(SCHEMA, value, "", unknown);
        assertEquals(List.of("zz", "list[0].yy"), unknown);
        assertEquals(tree("{'a':'ab','list':[{'k':'1'}],'any':{'q':{'r':1}},'m':{'free':1}}"), value);
    }

    @Test
    void defaultsFillWhatIsAbsentAndForbiddenNullsGo() {
        ObjectNode value = tree("{'a':null,'n':null,'nul':null,'list':[{'k':'1'}]}");
        SchemaShape.fill(SCHEMA, value);
        assertEquals(tree("{'n':3,'nul':null,'list':[{'k':'1','d':'dd'}]}"), value);
    }

    @Test
    void theFieldsOfABuiltInKindAreItsSchema() {
        ObjectNode service = tree("{'kind':'Service','metadata':{'name':'x','nom':1},'spec':{'prots':[],'type':null}}");
        List<String> unknown = new ArrayList<>();
        new BuiltInShape("Service").accept(service, unknown);
        assertEquals(List.of("metadata.nom", "spec.prots"), unknown);
        assertEquals(
                tree("{'kind':'Service','metadata':{'name':'x'},'spec':{},'status':{'loadBalancer':{}}}"), service);
    }

    private static List<String> complaints(JsonNode value) {
        FieldErrors errors = new FieldErrors();
        SchemaValidation.check(SCHEMA, value, "", errors);
        return errors.list().stream().map(Object::toString).toList();
    }
}
