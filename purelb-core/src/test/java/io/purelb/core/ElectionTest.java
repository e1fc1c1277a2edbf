package io.purelb.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The known answers of the original, so that a mixed cluster would agree. */
class ElectionTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "172.30.250.53 | 1,4,5,3,2",
                "172.30.250.54 | 1,2,3,5,4",
                "172.31.1.225 | 4,2,5,1,3",
                "192.168.1.100 | 4,5,3,2,1",
                "fc00:270:154:0:8000::5 | 3,4,5,2,1",
                "FC00:270:154::8000:0:0:5 | 3,4,5,2,1",
                "fd53:9ef0:8683::1 | 1,5,3,4,2",
            })
    void ranksTheFiveNodesOfTheDocuments(String address, String expected) {
        List<String> nodes = List.of("purelb2-5", "purelb2-1", "purelb2-4", "purelb2-2", "purelb2-3");
        List<String> ranking = Arrays.stream(expected.split(","))
                .map(number -> "purelb2-" + number)
                .toList();
        assertEquals(ranking, Election.ranking(nodes, IpAddress.parse(address)));
        assertEquals(Optional.of(ranking.get(0)), Election.winner(nodes, IpAddress.parse(address)));
    }

    @Test
    void ranksNodesABC() {
        // sha256sum of a#10.0.0.1 begins with 0b, of c#... with 5b, of b#... with 69 (docs/decisions.md).
        assertEquals(List.of("a", "c", "b"), Election.ranking(List.of("a", "b", "c"), IpAddress.parse("10.0.0.1")));
    }

    @Test
    void hasNoWinnerWithoutCandidates() {
        assertEquals(Optional.empty(), Election.winner(List.of(), IpAddress.parse("10.0.0.1")));
    }
}
