package io.purelb.k8s;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.purelb.process.StartException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class KubeClientsTest {
    @TempDir
    private Path directory;

    private String refusal(String text) throws IOException {
        Path file = Files.writeString(directory.resolve("config"), text);
        return assertThrows(StartException.class, () -> KubeClients.open(Optional.of(file)))
                .getMessage();
    }

    private static String kubeconfig(String server) {
        return "---\n{apiVersion: v1, kind: Config, current-context: lab, clusters: [{name: lab, cluster: {server: '"
                + server + "'}}], users: [{name: u, user: {token: t}}], contexts: [{name: lab, context: {cluster: lab,"
                + " user: u}}]}";
    }

    @Test
    void unusableKubeconfigIsRefusedInOneSentence() throws IOException {
        for (String text : new String[] {"", "{{{", "just words", "{}", "[1, 2]"}) {
            String message = refusal(text);
            assertTrue(message.startsWith("kubeconfig "), message);
            assertEquals(1, message.lines().count(), message);
        }
    }

    @Test
    void missingContextAndServerAreNamed() throws IOException {
        assertTrue(refusal(kubeconfig("https://x").replace("current-context: lab", "current-context: other"))
                .contains("\"other\" is none of its contexts"));
        assertTrue(refusal(kubeconfig("https://x").replace("cluster: lab,", "cluster: gone,"))
                .contains("names cluster \"gone\", which has no server"));
    }

    @Test
    void missingFileIsRefused() {
        StartException refused =
                assertThrows(StartException.class, () -> KubeClients.open(Optional.of(directory.resolve("none"))));
        assertTrue(refused.getMessage().contains("cannot be read"), refused.getMessage());
    }

    @Test
    void pathOfTheServerIsKept() throws IOException {
        Path file = Files.writeString(directory.resolve("config"), kubeconfig("http://127.0.0.1:6443/token"));
        try (KubernetesClient client = KubeClients.open(Optional.of(file))) {
            assertEquals("http://127.0.0.1:6443/token/", client.getMasterUrl().toString());
        }
    }

    @Test
    void firstFileOfAListThatExistsCounts() throws IOException {
        Path file = Files.writeString(directory.resolve("config"), kubeconfig("http://127.0.0.1:1"));
        Path list = Path.of(directory.resolve("none") + java.io.File.pathSeparator + file);
        try (KubernetesClient client = KubeClients.open(Optional.of(list))) {
            assertEquals("http://127.0.0.1:1/", client.getMasterUrl().toString());
        }
    }
}
