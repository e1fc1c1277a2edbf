package io.purelb.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;

/** The real etcd and kube-apiserver, run in the fabric. */
final class RealApi {
    /** The variable that names the directory with the two programs, as controller-runtime's envtest has it. */
    static final String ASSETS = "KUBEBUILDER_ASSETS";

    private RealApi() {}

    /**
     * Starts both programs; the server answers {@code /readyz} some seconds later.
     *
     * @param assets the directory with the programs
     * @param token of the one user, who may do everything
     * @throws LabException when a program is not there
     */
    static Endpoint start(Programs programs, Hosts hosts, Path assets, String token) {
        Path directory = programs.directory();
        Path etcd = executable(assets, "etcd");
        Path server = executable(assets, "kube-apiserver");
        Path key = directory.resolve("service-account.key");
        Path tokens = directory.resolve("tokens.csv");
        try {
            Files.writeString(key, rsaKey());
            Files.writeString(tokens, token + ",admin,admin,\"system:masters\"\n");
        } catch (IOException e) {
            throw new LabException("Cannot write into " + directory + ": " + e + ".", e);
        }
        String store = "http://127.0.0.1:2379";
        String peers = "http://127.0.0.1:2380";
        programs.start(
                "etcd",
                hosts.fabric(),
                List.of(
                        etcd.toString(),
                        "--data-dir=" + directory.resolve("etcd"),
                        "--unsafe-no-fsync",
                        "--log-level=error",
                        "--listen-client-urls=" + store,
                        "--advertise-client-urls=" + store,
                        "--listen-peer-urls=" + peers));
        programs.start(
                "kube-apiserver",
                hosts.fabric(),
                List.of(
                        server.toString(),
                        "--etcd-servers=" + store,
                        "--service-cluster-ip-range=10.96.0.0/16,fd00:10:96::/112",
                        "--cert-dir=" + directory.resolve("certs"),
                        "--bind-address=" + Hosts.GATEWAY,
                        "--advertise-address=" + Hosts.GATEWAY,
                        "--secure-port=" + Endpoint.PORT,
                        "--service-account-key-file=" + key,
                        "--service-account-signing-key-file=" + key,
                        "--service-account-issuer=https://purelb-lab",
                        "--token-auth-file=" + tokens,
                        "--authorization-mode=RBAC",
                        "--disable-admission-plugins=ServiceAccount"));
        return new Endpoint("https", "", token);
    }

    private static Path executable(Path assets, String name) {
        Path program = assets.resolve(name);
        if (!Files.isExecutable(program)) {
            throw new LabException("There is no program " + program + "; " + ASSETS
                    + " must name the directory that holds etcd and kube-apiserver.");
        }
        return program;
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
