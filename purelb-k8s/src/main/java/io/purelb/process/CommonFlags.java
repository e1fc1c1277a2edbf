package io.purelb.process;

import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Flags of every executable, each with the environment variable it overrides; a picocli mixin. */
public final class CommonFlags {
    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            defaultValue = "${env:KUBECONFIG}",
            description = "Kubernetes configuration (environment: KUBECONFIG); default: the pod's service account.")
    private Optional<Path> kubeconfig = Optional.empty();

    @Option(
            names = "--namespace",
            paramLabel = "NAME",
            defaultValue = "${env:PURELB_NAMESPACE:-purelb}",
            description = "Namespace of PureLB's own objects (environment: PURELB_NAMESPACE); default: purelb.")
    private String namespace = "purelb";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "7472",
            description = "TCP port of metrics and health; 0 for any free one; default: 7472.")
    private int port = 7472;

    /** The kubeconfig named by flag or environment; empty in a pod. */
    public Optional<Path> kubeconfig() {
        return kubeconfig.filter(path -> !path.toString().isEmpty());
    }

    /** The namespace that PureLB runs in: where its Lease is. Groups are watched in all namespaces. */
    public String namespace() {
        return namespace.isEmpty() ? "purelb" : namespace;
    }

    /** TCP port of the monitoring server. */
    public int port() {
        return port;
    }
}
