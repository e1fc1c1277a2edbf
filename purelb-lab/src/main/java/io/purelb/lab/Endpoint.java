package io.purelb.lab;

/**
 * How to reach and talk to an API server in the fabric.
 *
 * @param scheme {@code http} or {@code https}, the latter with a certificate nobody has signed
 * @param path what every path begins with, empty or with a leading slash
 * @param token bearer token, empty for none
 */
record Endpoint(String scheme, String path, String token) {
    /** Where API servers listen, on the fabric's address. */
    static final int PORT = 6443;

    /** A kubeconfig file's text (JSON, which is YAML) for a server seen at {@code host}:{@code port}. */
    String kubeconfig(String host, int port) {
        return """
                {"apiVersion": "v1", "kind": "Config", "current-context": "purelb-lab",
                 "clusters": [{"name": "purelb-lab", "cluster": {"server": "%s://%s:%d%s"%s}}],
                 "users": [{"name": "purelb-lab", "user": {%s}}],
                 "contexts": [{"name": "purelb-lab", "context": {"cluster": "purelb-lab", "user": "purelb-lab"}}]}
                """.formatted(
                        scheme,
                        host,
                        port,
                        path,
                        scheme.equals("https") ? ", \"insecure-skip-tls-verify\": true" : "",
                        token.isEmpty() ? "" : "\"token\": \"" + token + "\"");
    }
}
