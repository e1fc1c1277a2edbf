package io.purelb.k8s;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.purelb.core.UserText;
import io.purelb.process.StartException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Reads a kubeconfig file whose cluster and user are plain: server, certificates, token or password. fabric8 reads the
 * others, those with plugins for example; for that it loads all its models, which takes 20 MB.
 */
final class Kubeconfig {
    private static final Set<String> PLAIN_CLUSTER =
            Set.of("server", "certificate-authority", "certificate-authority-data", "insecure-skip-tls-verify");

    private static final Set<String> PLAIN_USER = Set.of(
            "token",
            "username",
            "password",
            "client-certificate",
            "client-certificate-data",
            "client-key",
            "client-key-data");

    private final String where;
    private final Path directory;
    private final Map<?, ?> root;

    /**
     * A kubeconfig that is one.
     *
     * @throws StartException when the text is not a kubeconfig, or lacks its current context or the server
     */
    Kubeconfig(Path file, String text) {
        where = "kubeconfig " + file;
        directory = file.toAbsolutePath().normalize().getParent();
        try {
            Object found = new Load(LoadSettings.builder().setLabel(where).build()).loadFromString(text);
            root = found instanceof Map<?, ?> map ? map : Map.of();
        } catch (YamlEngineException fault) {
            throw new StartException(where + " is not a kubeconfig: correct its YAML", fault);
        }
        if (!(root.get("contexts") instanceof List) || !(root.get("clusters") instanceof List)) {
            throw new StartException(where + " is not a kubeconfig: it needs clusters, contexts and a current-context");
        }
        cluster();
    }

    private Map<?, ?> context() {
        String current = text(root, "current-context").orElse("");
        return named("contexts", "context", current)
                .orElseThrow(() -> new StartException(
                        where + ": current-context " + UserText.quoted(current) + " is none of its contexts"));
    }

    private Map<?, ?> cluster() {
        String context = text(root, "current-context").orElse("");
        String cluster = text(context(), "cluster").orElse("");
        return named("clusters", "cluster", cluster)
                .filter(found -> text(found, "server").isPresent())
                .orElseThrow(() -> new StartException(where + ": context " + UserText.quoted(context)
                        + " names cluster " + UserText.quoted(cluster) + ", which has no server"));
    }

    /** The entry of this name in a list of named entries. */
    private Optional<Map<?, ?>> named(String list, String kind, String name) {
        Stream<?> entries = root.get(list) instanceof List<?> all ? all.stream() : Stream.of();
        return entries.flatMap(entry -> entry instanceof Map<?, ?> map ? Stream.of(map) : Stream.of())
                .filter(entry -> text(entry, "name").equals(Optional.of(name)))
                .<Map<?, ?>>map(entry -> entry.get(kind) instanceof Map<?, ?> content ? content : Map.of())
                .findFirst();
    }

    private static Optional<String> text(Map<?, ?> map, String key) {
        return Optional.ofNullable(map.get(key)).map(Object::toString);
    }

    /** The configuration; empty when it takes fabric8 to make one of it. */
    Optional<Config> plain() {
        Map<?, ?> cluster = cluster();
        Map<?, ?> user = text(context(), "user")
                .flatMap(name -> named("users", "user", name))
                .orElse(Map.of());
        if (!PLAIN_CLUSTER.containsAll(cluster.keySet()) || !PLAIN_USER.containsAll(user.keySet())) {
            return Optional.empty();
        }
        ConfigBuilder config = new ConfigBuilder(Config.empty())
                .withMasterUrl(text(cluster, "server").orElseThrow())
                .withTrustCerts(Boolean.parseBoolean(
                        text(cluster, "insecure-skip-tls-verify").orElse("false")));
        file(cluster, "certificate-authority").ifPresent(config::withCaCertFile);
        text(cluster, "certificate-authority-data").ifPresent(config::withCaCertData);
        text(user, "token").ifPresent(config::withOauthToken);
        text(user, "username").ifPresent(config::withUsername);
        text(user, "password").ifPresent(config::withPassword);
        file(user, "client-certificate").ifPresent(config::withClientCertFile);
        text(user, "client-certificate-data").ifPresent(config::withClientCertData);
        file(user, "client-key").ifPresent(config::withClientKeyFile);
        text(user, "client-key-data").ifPresent(config::withClientKeyData);
        if (user.containsKey("client-key") || user.containsKey("client-key-data")) {
            config.withClientKeyAlgo(keyAlgorithm(user));
        }
        return Optional.of(config.build());
    }

    private String keyAlgorithm(Map<?, ?> user) {
        try {
            return Optional.ofNullable(Config.getKeyAlgorithm(
                            file(user, "client-key").orElse(null),
                            text(user, "client-key-data").orElse(null)))
                    .orElse("RSA");
        } catch (RuntimeException unreadable) {
            throw new StartException(where + " names a client key that cannot be read: correct it", unreadable);
        }
    }

    /** A path, which is meant from the file's directory. */
    private Optional<String> file(Map<?, ?> map, String key) {
        return text(map, key).map(name -> directory.resolve(name).toString());
    }
}
