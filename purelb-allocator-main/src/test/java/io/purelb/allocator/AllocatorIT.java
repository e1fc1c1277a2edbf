package io.purelb.allocator;

import static io.purelb.allocator.Draft.draft;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The sample of the documents: its groups and Services. */
final class AllocatorIT extends OnRealApi {
    private RunningAllocator allocator;

    @BeforeEach
    void applySample() throws IOException {
        makeNamespace("purelb");
        try (InputStream yaml = Files.newInputStream(Path.of("../manifests/samples/lab.yaml"))) {
            for (HasMetadata object : client.load(yaml).items()) {
                if (object instanceof Service) {
                    object.getMetadata().setNamespace(namespace);
                }
                client.resource(object).createOr(NonDeletingOperation::update);
            }
        }
        allocator = allocator();
    }

    @Test
    void sampleServicesGetTheirAddresses() {
        assertEquals(List.of("172.31.1.0"), served("virtual"));
        assertEquals(List.of("172.30.250.80"), served("requested"));
        assertEquals(served("shared-http"), served("shared-https"));
        assertEquals(2, served("dual-stack").size());
        assertTrue(served("dual-stack").get(1).startsWith("fd00:250::50"), () -> "" + addresses("dual-stack"));
        assertEquals(
                "VIP",
                get("dual-stack")
                        .getStatus()
                        .getLoadBalancer()
                        .getIngress()
                        .get(0)
                        .getIpMode());
        assertEquals("PureLB", annotation(get("dual-stack"), "purelb.io/allocated-by"));
        refused("pending", "UNKNOWN_GROUP");
        awaitGroup(
                "default",
                group -> group.getStatus().services() == 5
                        && "5".equals(group.getStatus().allocated()));
    }

    @Test
    void restartMovesNoAddressAndWritesNothing() {
        Map<String, String> before = versions();
        allocator.close();
        allocator();
        create(draft("late"));
        served("late");
        assertEquals(before, versions());
    }

    /** Versions of the served Services: any write would change them. */
    private Map<String, String> versions() {
        Map<String, String> versions = new TreeMap<>();
        for (String name : List.of("local", "virtual", "shared-http", "shared-https", "dual-stack", "requested")) {
            served(name);
            Service service = get(name);
            versions.put(name, service.getMetadata().getResourceVersion() + addresses(service));
        }
        return versions;
    }
}
