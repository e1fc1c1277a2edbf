package io.purelb.lab.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;

/**
 * What clients read to find their way: groups, versions, resources, the server's version and OpenAPI v3.
 *
 * <p>OpenAPI says as much as kubectl needs: that the server validates fields itself ({@code fieldValidation}), and the
 * schemas of custom resources for {@code kubectl explain}. It does not offer strategic merge patches, so kubectl
 * computes them from the types it knows.
 */
final class Discovery {
    private static final String VERSION = "v1.32.0";

    private final ResourceTypes types;

    Discovery(ResourceTypes types) {
        this.types = types;
    }

    /** The document at that path, if it is one of discovery. */
    Optional<ObjectNode> find(List<String> path) {
        String joined = String.join("/", path);
        if (joined.startsWith("openapi/v3/") && path.size() >= 4) {
            return openapi(apiVersion(path.subList(2, path.size())));
        }
        return switch (joined) {
            case "" -> Optional.of(paths());
            case "version" -> Optional.of(version());
            case "api" -> Optional.of(coreVersions());
            case "apis" -> Optional.of(groups());
            case "openapi/v3" -> Optional.of(openapiIndex());
            default -> path.size() == 2 && path.get(0).equals("apis") ? group(path.get(1)) : resources(path);
        };
    }

    /** {@code api/v1} is v1, {@code apis/group/version} is group/version; empty for anything else. */
    static String apiVersion(List<String> path) {
        if (path.size() == 2 && path.get(0).equals("api")) {
            return path.get(1);
        }
        return path.size() == 3 && path.get(0).equals("apis") ? path.get(1) + "/" + path.get(2) : "";
    }

    private static String root(String apiVersion) {
        return (apiVersion.contains("/") ? "apis/" : "api/") + apiVersion;
    }

    private ObjectNode paths() {
        ObjectNode document = Json.object();
        ArrayNode paths = document.putArray("paths").add("/api").add("/apis");
        types.all().stream()
                .map(type -> "/" + root(type.apiVersion()))
                .distinct()
                .forEach(paths::add);
        List.of("/healthz", "/livez", "/openapi/v3", "/readyz", "/version").forEach(paths::add);
        return document;
    }

    private static ObjectNode version() {
        ObjectNode document = Json.object().put("major", "1").put("minor", "32").put("gitVersion", VERSION + "+lab");
        document.put("gitCommit", "").put("gitTreeState", "clean").put("buildDate", "1970-01-01T00:00:00Z");
        document.put("goVersion", "none").put("compiler", "javac");
        return document.put("platform", "java/" + Runtime.version().feature());
    }

    private static ObjectNode coreVersions() {
        ObjectNode document = Json.object().put("kind", "APIVersions");
        document.putArray("versions").add("v1");
        document.putArray("serverAddressByClientCIDRs");
        return document;
    }

    private ObjectNode groups() {
        ObjectNode document = Json.object().put("kind", "APIGroupList").put("apiVersion", "v1");
        ArrayNode groups = document.putArray("groups");
        types.groups().forEach(group -> groups.add(group(group)));
        return document;
    }

    private Optional<ObjectNode> group(String name) {
        return types.groups().stream()
                .filter(group -> group.get(0).group().equals(name))
                .findFirst()
                .map(group -> group(group).put("kind", "APIGroup").put("apiVersion", "v1"));
    }

    private static ObjectNode group(List<ResourceType> versions) {
        ObjectNode group = Json.object().put("name", versions.get(0).group());
        ArrayNode array = group.putArray("versions");
        for (ResourceType type : versions) {
            array.addObject().put("groupVersion", type.apiVersion()).put("version", type.version());
        }
        group.set("preferredVersion", array.get(0).deepCopy());
        return group;
    }

    private Optional<ObjectNode> resources(List<String> path) {
        String apiVersion = apiVersion(path);
        List<ResourceType> served = types.of(apiVersion);
        if (served.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode document = Json.object().put("kind", "APIResourceList").put("apiVersion", "v1");
        ArrayNode resources = document.put("groupVersion", apiVersion).putArray("resources");
        served.forEach(type -> type.describe(resources));
        return Optional.of(document);
    }

    private ObjectNode openapiIndex() {
        ObjectNode document = Json.object();
        ObjectNode paths = document.putObject("paths");
        for (ResourceType type : types.all()) {
            String root = root(type.apiVersion());
            paths.putObject(root).put("serverRelativeURL", "/openapi/v3/" + root);
        }
        return document;
    }

    private Optional<ObjectNode> openapi(String apiVersion) {
        List<ResourceType> served = types.of(apiVersion);
        if (served.isEmpty()) {
            return Optional.empty();
        }
        ObjectNode document = Json.object().put("openapi", "3.0.0");
        document.putObject("info").put("title", "Kubernetes").put("version", VERSION);
        ObjectNode paths = document.putObject("paths");
        ObjectNode schemas = document.putObject("components").putObject("schemas");
        for (ResourceType type : served) {
            String scope = type.namespaced() ? "/namespaces/{namespace}/" : "/";
            ObjectNode patch = paths.putObject("/" + root(apiVersion) + scope + type.plural() + "/{name}")
                    .putObject("patch");
            patch.putArray("parameters")
                    .addObject()
                    .put("name", "fieldValidation")
                    .put("in", "query")
                    .putObject("schema")
                    .put("type", "string");
            patch.set("x-kubernetes-group-version-kind", kind(type));
            ObjectNode schema = type.shape().schema();
            schema.putArray("x-kubernetes-group-version-kind").add(kind(type));
            schemas.set(type.apiVersion().replace('/', '.') + "." + type.kind(), schema);
        }
        return Optional.of(document);
    }

    private static ObjectNode kind(ResourceType type) {
        return Json.object()
                .put("group", type.group())
                .put("version", type.version())
                .put("kind", type.kind());
    }
}
