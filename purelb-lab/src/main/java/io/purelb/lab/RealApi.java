package io.purelb.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The command lines of the real etcd and kube-apiserver.
 *
 * @param assets the directory with the two programs
 * @param directory for their data, keys and logs
 * @param storePort etcd's port for clients, on loopback; its port for peers is {@code peerPort}
 * @param address the API server's, with {@code port}
 */
record RealApi(Path assets, Path directory, int storePort, int peerPort, String address, int port) {
    /** The variable that names the directory with the two programs, as controller-runtime's envtest has it. */
    static final String ASSETS = "KUBEBUILDER_ASSETS";

    static final String ETCD = "etcd";
    static final String SERVER = "kube-apiserver";
    /** Every request, with who made it and how it ended, but without bodies. */
    private static final String AUDIT_POLICY = """
            {"apiVersion": "audit.k8s.io/v1", "kind": "Policy", "omitStages": ["RequestReceived"],
             "rules": [{"level": "Metadata"}]}
            """;

    /** The directory that {@link #ASSETS} names, when both programs are there. */
    static Optional<Path> assetsFromEnvironment() {
        return Optional.ofNullable(System.getenv(ASSETS))
                .map(Path::of)
                .filter(path -> Files.isExecutable(path.resolve(ETCD)) && Files.isExecutable(path.resolve(SERVER)));
    }

    /**
     * Starts both programs in the fabric; the server answers {@code /readyz} some seconds later.
     *
     * @param token of the one user, who may do everything
     * @throws LabException when a program is not there
     */
    static Endpoint start(Programs programs, Hosts hosts, Path assets, String token) {
        RealApi api = new RealApi(assets, programs.directory(), 2379, 2380, Hosts.GATEWAY, Endpoint.PORT);
        api.prepare(token);
        programs.start(ETCD, hosts.fabric(), api.etcd());
        programs.start(SERVER, hosts.fabric(), api.server(Optional.empty()));
        return new Endpoint("https", "", token);
    }

    /** Writes the files that the programs read. */
    void prepare(String token) {
        requireExecutable(ETCD);
        requireExecutable(SERVER);
        try {
            Files.writeString(key(), rsaKey());
            Files.writeString(tokens(), token + ",admin,admin,\"system:masters\"\n");
            Files.writeString(auditPolicy(), AUDIT_POLICY);
        } catch (IOException e) {
            throw new LabException("Cannot write into " + directory + ": " + e + ".", e);
        }
    }

    /** Where etcd answers its clients. */
    String store() {
        return "http://127.0.0.1:" + storePort;
    }

    List<String> etcd() {
        String clients = store();
        String peers = "http://127.0.0.1:" + peerPort;
        return List.of(
                assets.resolve(ETCD).toString(),
                "--data-dir=" + directory.resolve("etcd"),
                "--unsafe-no-fsync",
                "--log-level=error",
                "--listen-client-urls=" + clients,
                "--advertise-client-urls=" + clients,
                "--listen-peer-urls=" + peers,
                "--initial-advertise-peer-urls=" + peers,
                "--initial-cluster=default=" + peers);
    }

    /** @param auditLog where to write each request down */
    List<String> server(Optional<Path> auditLog) {
        List<String> command = new ArrayList<>(List.of(
                assets.resolve(SERVER).toString(),
                "--etcd-servers=http://127.0.0.1:" + storePort,
                "--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112",
                "--cert-dir=" + directory.resolve("certs"),
                "--bind-address=" + address,
                "--advertise-address=" + address,
                "--secure-port=" + port,
                "--service-account-key-file=" + key(),
                "--service-account-signing-key-file=" + key(),
                "--service-account-issuer=https://purelb-lab",
                "--token-auth-file=" + tokens(),
                "--authorization-mode=RBAC",
                "--disable-admission-plugins=ServiceAccount"));
        auditLog.ifPresent(
                log -> command.addAll(List.of("--audit-policy-file=" + auditPolicy(), "--audit-log-path=" + log)));
        return command;
    }

    private Path key() {
        return directory.resolve("service-account.key");
    }

    private Path tokens() {
        return directory.resolve("tokens.csv");
    }

    private Path auditPolicy() {
        return directory.resolve("audit-policy.json");
    }

    private void requireExecutable(String name) {
        Path program = assets.resolve(name);
        if (!Files.isExecutable(program)) {
            throw new LabException("There is no program " + program + "; " + ASSETS
                    + " must name the directory that holds etcd and kube-apiserver.");
        }
    }

    private static String rsaKey() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            byte[] encoded = generator.generateKeyPair().getPrivate().getEncoded();
            return "-----BEGIN PRIVATE KEY-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(encoded)
                    + "\n-----END PRIVATE KEY-----\n";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has RSA", e);
        }
    }
}
