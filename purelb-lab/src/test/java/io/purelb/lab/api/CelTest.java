package io.purelb.lab.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Expressions of rules, by the CEL language definition; {@code rules.txt} holds them to the real server. */
final class CelTest {
    private static final JsonNode SELF = Trees.tree("{'n':3,'r':1.5,'t':'a-b','l':[1,2,3],'m':{'k':'v'},'no':null}");

    private static String value(String expression) {
        Object self = CelValues.of(Json.object(), SELF);
        return String.valueOf(Cel.parse(expression).value(new Cel.Scope("self", self, null)));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            1 + 2 * 3 - 4                              ; 3
            (1 + 2) * 3                                ; 9
            7 / 2 + -7 % 3                             ; 2
            0x1F + 007                                 ; 38
            1.5 * 2.0                                  ; 3.0
            -self.n                                    ; -3
            'a' + "b" + r'\\n' + '\\x41\\''            ; ab\\nA'
            1 < 2 && 2.0 >= 2 && 'a' < 'b'             ; true
            1 == 1.0 && [1, 2] == [1, 2]               ; true
            {'a': 1} == {'a': 1} && null == self.no    ; true
            !true || false                             ; false
            true ? 'y' : 'n'                           ; y
            false ? 1 : true ? 2 : 3                   ; 2
            2 in self.l && 'k' in self.m               ; true
            has(self.n) && !has(self.x) && has(self.m.k) ; true
            self.x == 1 || true                        ; true
            false && self.x == 1                       ; false
            self.l.all(x, x > 0)                       ; true
            self.l.exists(x, x > 2)                    ; true
            self.l.exists_one(x, x > 1)                ; false
            self.l.filter(x, x % 2 == 1).map(x, x * 10) ; [10, 30]
            self.l.map(x, x > 1, x + 1)                ; [3, 4]
            self.m.all(k, self.m[k] == 'v')            ; true
            [1, 'x', 2].exists(x, x == 2)              ; true
            self.l[1] + size(self.l) + self.t.size()   ; 8
            self.t.split('-').map(s, s.upperAscii())   ; [A, B]
            self.t.indexOf('-') + self.t.lastIndexOf('z') ; 0
            '  x '.trim() + 'abc'.substring(1, 2)      ; xb
            'aXa'.replace('a', 'b').matches('^b.b$')   ; true
            int('42') + int(2.9)                       ; 44
            string(12) + string(true)                  ; 12true
            isIP('192.0.2.1') && !isIP('192.0.2.01') && !isIP('::ffff:192.0.2.1') ; true
            isCIDR('10.0.0.0/8') && !isCIDR('10.0.0.0/08') && !isCIDR('10.0.0.0') ; true
            ip('2001:db8::1').family()                 ; 6
            cidr('10.1.2.3/8').masked() == cidr('10.0.0.0/8') ; true
            cidr('10.0.0.0/8').containsIP('10.255.0.1') && !cidr('10.0.0.0/8').containsIP(ip('2001:db8::1')) ; true
            cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') ; true
            """)
    void expressionsHaveTheirValue(String expression, String expected) {
        assertEquals(expected, value(expression));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            self.x                         | no such key: x
            self.l[3]                      | index out of bounds: 3
            1 / 0                          | division by zero
            1 % 0                          | modulus by zero
            9223372036854775807 + 1        | integer overflow
            1 + 'a'                        | no such overload
            1 + 1.0                        | no such overload
            'a' && true                    | no such overload
            self.x == 1 && true            | no such key: x
            [1].all(x, self.x == 1)        | no such key: x
            'abc'.substring(2, 1)          | invalid substring range. start: 2, end: 1
            int('x')                       | type conversion error from 'string' to 'int'
            """)
    void errorsAreThoseOfTheLanguage(String expression, String message) {
        assertEquals(
                message,
                assertThrows(CelException.class, () -> value(expression)).getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "self.",
                "1 +",
                "(1",
                "[1, 2",
                "'open",
                "frob(self)",
                "self.frob()",
                "other == 1",
                "self.all(x)",
                "timestamp('2026-01-01T00:00:00Z')",
                "self.?a",
                "b'bytes'",
                "1u",
                "self.substring()",
                "a.b",
                "1 2",
                "#",
                "'\\q'",
                "has(self)"
            })
    void whatIsNotKnownIsRefusedWhenRead(String expression) {
        CelException refusal = assertThrows(CelException.class, () -> Cel.parse(expression));
        assertTrue(refusal.getMessage().startsWith("this lab API server does not imitate"), refusal.getMessage());
    }

    @Test
    void aDefinitionWithARuleThatCannotBeEvaluatedIsRefused() {
        JsonNode schema = Trees.tree(
                "{'properties':{'spec':{'x-kubernetes-validations':[{'rule':'duration(self.t) > duration(1)'}]}}}");
        CelException refusal = assertThrows(CelException.class, () -> new CustomRules(schema));
        assertTrue(refusal.getMessage().contains("the function duration"), refusal.getMessage());
    }
}
