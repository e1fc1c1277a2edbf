package io.purelb.lab.api;

import static io.purelb.lab.api.Trees.tree;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtobufTest {
    /** What {@code kubectl create namespace ab} sends. */
    private static final String NAMESPACE = "6b 38 73 00" // k8s\0
            + "0a 0f" // Unknown.typeMeta
            + "0a 02 76 31" // apiVersion: v1
            + "12 09 4e 61 6d 65 73 70 61 63 65" // kind: Namespace
            + "12 18" // Unknown.raw
            + "0a 12" // metadata
            + "0a 02 61 62" // name: ab
            + "12 00 1a 00 22 00 2a 00 32 00 38 00 42 00" // empty: generateName to creationTimestamp
            + "12 00" // spec: {}
            + "1a 00"; // status: {}

    /** The part of a Service that differs: ports, pointers to booleans, numbers as text. */
    private static final String SERVICE = "6b 38 73 00" // k8s\0
            + "0a 0d" // Unknown.typeMeta
            + "0a 02 76 31" // apiVersion: v1
            + "12 07 53 65 72 76 69 63 65" // kind: Service
            + "12 2c" // Unknown.raw
            + "0a 03 0a 01 78" // metadata: name: x
            + "12 25" // spec
            + "0a 14 0a 00 12 03 54 43 50 18 50 22 07 08 00 10 90 3f 1a 00 28 00" // port TCP 80 to 8080
            + "12 06 0a 01 61 12 01 62" // selector: a=b
            + "1a 00" // clusterIP: ""
            + "60 00" // healthCheckNodePort: 0
            + "a0 01 00"; // allocateLoadBalancerNodePorts: false

    @Test
    void namespacesAreRead() {
        assertEquals(
                tree("{'kind':'Namespace','apiVersion':'v1','metadata':{'name':'ab'}}"),
                Protobuf.decode(bytes(NAMESPACE)));
    }

    @Test
    void servicesAreReadAndFalseIsKept() {
        assertEquals(tree("""
                        {'metadata':{'name':'x'},'kind':'Service','apiVersion':'v1',
                         'spec':{'ports':[{'protocol':'TCP','port':80,'targetPort':8080}],'selector':{'a':'b'},
                                 'allocateLoadBalancerNodePorts':false}}
                        """), Protobuf.decode(bytes(SERVICE)));
    }

    @Test
    void shortBodiesAreRefusedWhereverTheyEnd() {
        byte[] whole = bytes(NAMESPACE);
        // At 21 bytes the envelope is complete and the object empty, which is a message, too.
        for (int length = 0; length < whole.length; length++) {
            byte[] part = Arrays.copyOf(whole, length);
            if (length != 21) {
                assertThrows(StatusError.class, () -> Protobuf.decode(part), "of " + length + " bytes");
            }
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            415 | 6b387300 0a0a 0a027631 12044a6f6273                                   | another kind
            415 | 6b387300 0a0f 0a027631 12094e616d657370616365 1205 0a03 6a0178        | a field that is not known
            400 | 0a0f                                                                  | no prefix
            400 | 6b387300 0a0f 0a027631 12094e616d657370616365 12ffffffffffffffffffff01 | a length without end
            """)
    void whatIsNotKnownIsRefused(int code, String body, String claim) {
        assertEquals(
                code,
                assertThrows(StatusError.class, () -> Protobuf.decode(bytes(body)))
                        .code(),
                claim);
    }

    private static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }
}
