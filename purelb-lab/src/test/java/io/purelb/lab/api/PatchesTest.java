package io.purelb.lab.api;

import static io.purelb.lab.api.Trees.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PatchesTest {
    /** The examples of RFC 7386, appendix A, that concern objects. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'a':'b'}            | {'a':'c'}             | {'a':'c'}
            {'a':'b'}            | {'b':'c'}             | {'a':'b','b':'c'}
            {'a':'b'}            | {'a':null}            | {}
            {'a':'b','b':'c'}    | {'a':null}            | {'b':'c'}
            {'a':['b']}          | {'a':'c'}             | {'a':'c'}
            {'a':'c'}            | {'a':['b']}           | {'a':['b']}
            {'a':{'b':'c'}}      | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}
            {'a':[{'b':'c'}]}    | {'a':[1]}             | {'a':[1]}
            {'e':null}           | {'a':1}               | {'e':null,'a':1}
            {}                   | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}
            """)
    void mergePatchFollowsItsRfc(String target, String patch, String expected) {
        assertEquals(tree(expected), MergePatch.apply(tree(target), tree(patch)));
    }

    /** After RFC 6902, appendix A. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {'foo':'bar'}           | {'op':'add','path':'/baz','value':'qux'}       | {'foo':'bar','baz':'qux'}
            {'foo':['bar','baz']}   | {'op':'add','path':'/foo/1','value':'qux'}     | {'foo':['bar','qux','baz']}
            {'foo':['bar']}         | {'op':'add','path':'/foo/-','value':['abc']}   | {'foo':['bar',['abc']]}
            {'baz':'q','foo':'b'}   | {'op':'remove','path':'/baz'}                  | {'foo':'b'}
            {'foo':['a','b','c']}   | {'op':'remove','path':'/foo/1'}                | {'foo':['a','c']}
            {'baz':'q'}             | {'op':'replace','path':'/baz','value':1}       | {'baz':1}
            {'baz':'q'}             | {'op':'replace','path':'/new','value':1}       | {'baz':'q','new':1}
            {'a':1}                 | {'op':'test','path':'/b','value':null}         | {'a':1}
            {'foo':['a','b']}       | {'op':'replace','path':'/foo/0','value':'c'}   | {'foo':['c','b']}
            {'foo':['a','b','c']}   | {'op':'move','from':'/foo/0','path':'/foo/2'}  | {'foo':['b','c','a']}
            {'a':{'b':1}}           | {'op':'copy','from':'/a','path':'/c'}          | {'a':{'b':1},'c':{'b':1}}
            {'a':1}                 | {'op':'test','path':'/a','value':1}            | {'a':1}
            {'a/b':1,'m~n':2}       | {'op':'remove','path':'/a~1b'}                 | {'m~n':2}
            {'a/b':1,'m~n':2}       | {'op':'remove','path':'/m~0n'}                 | {'a/b':1}
            {'a':1}                 | {'op':'add','path':'','value':{'b':2}}         | {'b':2}
            """)
    void jsonPatchFollowsItsRfc(String target, String operation, String expected) {
        assertEquals(tree(expected), JsonPatch.apply(tree(target), Json.array().add(tree(operation))));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            422 | {'op':'remove','path':'/absent'}
            422 | {'op':'test','path':'/list/0','value':2}
            422 | {'op':'add','path':'/list/5','value':1}
            422 | {'op':'add','path':'/list/01','value':1}
            422 | {'op':'add','path':'/absent/deep','value':1}
            422 | {'op':'remove','path':''}
            422 | {'op':'copy','from':'/absent','path':'/x'}
            400 | {'op':'add','path':'no/slash','value':1}
            400 | {'op':'add','path':'/x'}
            422 | {'op':'conjure','path':'/x','value':1}
            """)
    void jsonPatchThatDoesNotFitIsRefused(int code, String operation) {
        JsonNode target = tree("{'list':[1]}");
        JsonNode patch = Json.array().add(tree(operation));
        assertEquals(
                code,
                assertThrows(StatusError.class, () -> JsonPatch.apply(target, patch))
                        .code());
    }
}
