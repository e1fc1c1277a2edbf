package io.purelb.cli.chart;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All rights that the chart ever grants, as a table: whoever grants one more says so in rights.txt. */
final class RolesTest {
    @Test
    void rightsAreThoseOfTheTable() {
        List<JsonNode> objects = Chart.objects(Chart.resource("all-values.yaml"));
        Set<String> granted = new TreeSet<>();
        for (String kind : List.of("ClusterRole", "Role")) {
            Chart.ofKind(objects, kind).flatMap(RolesTest::rights).forEach(granted::add);
        }
        assertEquals(Chart.resource("rights.txt").lines().toList(), List.copyOf(granted));
    }

    @Test
    void everyRoleIsBoundToAnAccountOfTheChart() {
        List<JsonNode> objects = Chart.objects(Chart.resource("all-values.yaml"));
        for (String kind : List.of("ClusterRole", "Role")) {
            Chart.ofKind(objects, kind).forEach(role -> {
                JsonNode binding = Chart.ofKind(objects, kind + "Binding")
                        .filter(each -> each.at("/metadata/name").equals(role.at("/metadata/name"))
                                && each.at("/metadata/namespace").equals(role.at("/metadata/namespace")))
                        .findAny()
                        .orElseThrow();
                assertEquals(role.at("/metadata/name"), binding.at("/roleRef/name"));
                assertEquals(1, binding.path("subjects").size());
                Chart.object(
                        objects,
                        "ServiceAccount",
                        binding.at("/subjects/0/name").asText());
            });
        }
    }

    /** One line for each verb of each resource: where, who, what, and of which objects only. */
    private static Stream<String> rights(JsonNode role) {
        String where = role.at("/metadata/namespace").asText("everywhere");
        List<String> rights = new ArrayList<>();
        for (JsonNode rule : role.path("rules")) {
            for (JsonNode group : rule.path("apiGroups")) {
                for (JsonNode resource : rule.path("resources")) {
                    for (JsonNode verb : rule.path("verbs")) {
                        String what = resource.asText() + (group.asText().isEmpty() ? "" : "." + group.asText());
                        List<String> names = new ArrayList<>();
                        rule.path("resourceNames").forEach(name -> names.add(name.asText()));
                        rights.add(String.join(
                                        " ",
                                        role.at("/metadata/name").asText(),
                                        where,
                                        verb.asText(),
                                        what,
                                        String.join(",", names))
                                .strip());
                    }
                }
            }
        }
        return rights.stream();
    }
}
