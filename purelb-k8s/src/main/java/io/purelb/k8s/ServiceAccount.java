package io.purelb.k8s;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.purelb.process.Log;
import io.purelb.process.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The API server and the service account that Kubernetes gives a pod: the address by environment, so that no name has to
 * be resolved, and token and certificate as files. See "Accessing the Kubernetes API from a Pod" of the Kubernetes
 * documentation. Proxies that the environment names are not used: the API server is inside the cluster.
 */
final class ServiceAccount {
    /** Where kubelet mounts it. */
    static final Path USUAL = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

    private static final Log LOG = Log.of(ServiceAccount.class);
    private static final String HOST = "KUBERNETES_SERVICE_HOST";
    private static final String PORT = "KUBERNETES_SERVICE_PORT";

    private final Path file;
    private volatile String token;

    private ServiceAccount(Path file) {
        this.file = file;
        try {
            token = read();
        } catch (IOException fault) {
            throw new StartException(
                    "the service account's token " + file + " cannot be read: set automountServiceAccountToken of the"
                            + " pod to true, or name a kubeconfig with --kubeconfig",
                    fault);
        }
    }

    /**
     * How to connect from a pod; empty outside of one.
     *
     * @param environment of this process
     * @param directory with the files {@code token} and {@code ca.crt}
     * @throws StartException when there is no token
     */
    static Optional<Config> config(Map<String, String> environment, Path directory) {
        String host = environment.getOrDefault(HOST, "");
        if (host.isEmpty()) {
            return Optional.empty();
        }
        ServiceAccount account = new ServiceAccount(directory.resolve("token"));
        Path authority = directory.resolve("ca.crt");
        if (!Files.isReadable(authority)) {
            throw new StartException("the cluster's certificate " + authority
                    + " cannot be read: let kubelet mount it (ConfigMap kube-root-ca.crt), or name a kubeconfig with"
                    + " --kubeconfig");
        }
        return Optional.of(new ConfigBuilder(Config.empty())
                .withMasterUrl("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":"
                        + environment.getOrDefault(PORT, "443"))
                .withCaCertFile(authority.toString())
                .withOauthTokenProvider(account::token)
                .build());
    }

    /** The token as it is now: kubelet writes another one long before the old one ends. */
    private String token() {
        try {
            token = read();
        } catch (IOException fault) {
            LOG.warn("the service account's token cannot be read, so the last one is used", "file", file);
        }
        return token;
    }

    private String read() throws IOException {
        return Files.readString(file).strip();
    }
}
