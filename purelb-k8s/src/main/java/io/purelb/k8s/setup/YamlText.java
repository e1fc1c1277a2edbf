package io.purelb.k8s.setup;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Objects out of YAML documents. */
final class YamlText {
    private static final JsonMapper JSON = new JsonMapper();

    private YamlText() {}

    /**
     * The documents of a text, without empty ones.
     *
     * @throws IllegalArgumentException with the place and the fault, to follow the text's name
     */
    static List<JsonNode> documents(String text) {
        List<JsonNode> documents = new ArrayList<>();
        try {
            for (Object document : new Load(LoadSettings.builder().build()).loadAllFromString(text)) {
                if (document instanceof Map<?, ?>) {
                    documents.add(JSON.valueToTree(document));
                } else if (document != null) {
                    throw new IllegalArgumentException("holds a document that is no object");
                }
            }
            return documents;
        } catch (MarkedYamlEngineException fault) {
            String place = fault.getProblemMark()
                    .map(mark -> " in line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1))
                    .orElse("");
            throw new IllegalArgumentException("is no YAML" + place + " (" + fault.getProblem() + ")", fault);
        } catch (YamlEngineException fault) {
            throw new IllegalArgumentException("is no YAML (" + fault.getMessage() + ")", fault);
        }
    }
}
