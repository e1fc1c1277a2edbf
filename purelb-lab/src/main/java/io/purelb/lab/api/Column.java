package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.function.Function;

/**
 * A column of the table that {@code kubectl get} shows.
 *
 * @param type string, integer, number, boolean or date
 * @param priority 0 always, 1 with {@code -o wide} only
 */
record Column(String name, String type, String description, int priority, Function<JsonNode, JsonNode> value) {}
