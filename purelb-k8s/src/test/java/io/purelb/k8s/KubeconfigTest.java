package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.Config;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What is read without fabric8 is what fabric8 reads. */
final class KubeconfigTest {
    private static final String PLAIN = """
            apiVersion: v1
            kind: Config
            current-context: two
            contexts:
              - {name: one, context: {cluster: other, user: nobody}}
              - name: two
                context: {cluster: lab, user: admin, namespace: apps}
            clusters:
              - {name: other, cluster: {server: 'https://192.0.2.1:1'}}
              - name: lab
                cluster:
                  server: https://192.0.2.7:6443
                  certificate-authority-data: Y2E=
            users:
              - name: admin
                user: {token: secret, username: me, password: mine}
            """;

    private static Optional<Config> plain(String text) {
        return new Kubeconfig(Path.of("/etc/kube/config"), text).plain();
    }

    @Test
    void serverCertificateAndCredentialsAreAsFabric8ReadsThem() {
        Config ours = plain(PLAIN).orElseThrow();
        Config theirs = Config.fromKubeconfig(PLAIN);
        assertEquals(theirs.getMasterUrl(), ours.getMasterUrl());
        assertEquals(theirs.getCaCertData(), ours.getCaCertData());
        assertEquals(theirs.getUsername(), ours.getUsername());
        assertEquals(theirs.getPassword(), ours.getPassword());
        assertEquals("secret", ours.getOauthToken());
        assertEquals(theirs.isTrustCerts(), ours.isTrustCerts());
    }

    @Test
    void pathsAreMeantFromTheFile() {
        Config config = plain(PLAIN.replace("certificate-authority-data: Y2E=", "certificate-authority: pki/ca.crt"))
                .orElseThrow();
        assertEquals("/etc/kube/pki/ca.crt", config.getCaCertFile());
    }

    @Test
    void uncheckedServerIsTrusted() {
        Config config = plain(PLAIN.replace("certificate-authority-data: Y2E=", "insecure-skip-tls-verify: true"))
                .orElseThrow();
        assertTrue(config.isTrustCerts());
    }

    @Test
    void pluginsAndProxiesAreLeftToFabric8() {
        assertEquals(Optional.empty(), plain(PLAIN.replace("token: secret", "exec: {command: login}")));
        assertEquals(
                Optional.empty(),
                plain(PLAIN.replace("certificate-authority-data: Y2E=", "proxy-url: http://192.0.2.9:3128")));
    }
}
