package io.purelb.lab.api;

import static io.purelb.lab.api.Trees.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SelectorsTest {
    private static final JsonNode OBJECT = tree("{'metadata':{'name':'web','namespace':'ns',"
            + "'labels':{'app':'web','tier':'front','n':'7','x.io/y':''}},'spec':{'type':'NodePort'}}");
    private static final ResourceType SERVICE = BuiltIn.types(Rules.NONE, Rules.NONE).stream()
            .filter(type -> type.kind().equals("Service"))
            .findFirst()
            .orElseThrow();

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            app=web                          | true
            app==web                         | true
            app=db                           | false
            app!=db                          | true
            app!=web                         | false
            absent!=x                        | true
            app in (web, db)                 | true
            app in (db)                      | false
            app notin (db,x)                 | true
            app notin (web)                  | false
            absent notin (x)                 | true
            absent in (x)                    | false
            app                              | true
            absent                           | false
            !absent                          | true
            !app                             | false
            x.io/y=                          | true
            x.io/y                           | true
            n>6                              | true
            n<7                              | false
            app > 1                          | false
            app=web,tier in (front,back),!q  | true
            app=web,tier=back                | false
            """)
    void labelSelectorsMatchAsDocumented(String selector, boolean matches) {
        assertEquals(matches, Selectors.labels(selector).test(OBJECT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a b", "a=(b)", "a in b", "=x", "a=b,,c=d", "a in (b", "a=b="})
    void otherLabelSelectorsAreRefused(String selector) {
        assertEquals(
                400,
                assertThrows(StatusError.class, () -> Selectors.labels(selector))
                        .code());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            metadata.name=web                     | true
            metadata.name!=web                    | false
            metadata.namespace==ns                | true
            spec.type=NodePort,metadata.name=web  | true
            spec.type=LoadBalancer                | false
            spec.clusterIP=                       | true
            """)
    void fieldSelectorsCompareTheField(String selector, boolean matches) {
        assertEquals(matches, Selectors.fields(SERVICE, selector).test(OBJECT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"spec.ports=1", "metadata.name", "status.phase!=x"})
    void fieldsThatTheKindDoesNotOfferAreRefused(String selector) {
        assertEquals(
                400,
                assertThrows(StatusError.class, () -> Selectors.fields(SERVICE, selector))
                        .code());
    }
}
