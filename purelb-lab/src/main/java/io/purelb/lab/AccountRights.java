package io.purelb.lab;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What a service account may do by a manifest, and what it did by an API server's audit. A right is written as
 * {@code patch services/status} or, with its API group, {@code list endpointslices.discovery.k8s.io}.
 */
public final class AccountRights {
    private static final int FORBIDDEN = 403;
    private static final Pattern RIGHTS = Pattern.compile("(?m)^kind: (ServiceAccount|(Cluster)?Role(Binding)?)$");

    private AccountRights() {}

    /** Every right that the roles of a manifest grant. */
    public static SortedSet<String> granted(Path manifest) {
        return granted(manifest, role -> true);
    }

    /** Every right that the roles of this name in a manifest grant. */
    public static SortedSet<String> granted(Path manifest, String role) {
        return granted(manifest, role::equals);
    }

    private static SortedSet<String> granted(Path manifest, Predicate<String> roles) {
        SortedSet<String> rights = new TreeSet<>();
        for (String document : documents(manifest)) {
            JsonNode object = Serialization.unmarshal(document, JsonNode.class);
            if (!roles.test(object.at("/metadata/name").asText())) {
                continue;
            }
            for (JsonNode rule : object.path("rules")) {
                rule.path("verbs")
                        .forEach(verb -> rule.path("apiGroups")
                                .forEach(group -> rule.path("resources")
                                        .forEach(resource ->
                                                rights.add(right(verb.asText(), resource.asText(), group.asText())))));
            }
        }
        return rights;
    }

    private static List<String> documents(Path manifest) {
        try {
            return Stream.of(Files.readString(manifest).split("(?m)^---.*$", -1))
                    .filter(document -> document.contains("apiVersion"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String right(String verb, String resource, String group) {
        return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
    }

    /** Creates what a manifest holds, in a namespace that is there. */
    public static void apply(KubernetesClient client, Path manifest) {
        try {
            client.load(new ByteArrayInputStream(Files.readAllBytes(manifest)))
                    .forceConflicts()
                    .serverSideApply();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Creates the accounts and roles of a manifest that holds more than these, in a namespace that is there. */
    public static void applyRights(KubernetesClient client, Path manifest) {
        for (String document : documents(manifest)) {
            if (RIGHTS.matcher(document).find()) {
                client.load(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)))
                        .forceConflicts()
                        .serverSideApply();
            }
        }
    }

    /** Every right that an account made use of. */
    public static SortedSet<String> used(RealApiServer server, String namespace, String account) {
        SortedSet<String> rights = new TreeSet<>();
        requests(server, namespace, account).forEach(request -> {
            JsonNode object = request.path("objectRef");
            if (object.has("resource")) {
                String subresource = object.path("subresource").asText();
                rights.add(right(
                        request.path("verb").asText(),
                        object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                        object.path("apiGroup").asText()));
            }
        });
        return rights;
    }

    /** The requests of an account that it had no right to, as verb and address. */
    public static List<String> refused(RealApiServer server, String namespace, String account) {
        return requests(server, namespace, account)
                .filter(request -> request.path("responseStatus").path("code").asInt() == FORBIDDEN)
                .map(request -> request.path("verb").asText() + " "
                        + request.path("requestURI").asText())
                .toList();
    }

    private static Stream<JsonNode> requests(RealApiServer server, String namespace, String account) {
        String user = "system:serviceaccount:" + namespace + ":" + account;
        return server.audit().stream()
                .filter(request ->
                        request.path("user").path("username").asText().equals(user));
    }
}
