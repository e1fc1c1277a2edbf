package io.purelb.allocator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceBuilder;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.purelb.k8s.Patches;
import io.purelb.k8s.ServiceWriter;
import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Whether it is known of each write how it ended. */
final class ApiWritesTest {
    /** Sends nothing: the writes are the test's. */
    private final KubernetesClient client = new KubernetesClientBuilder().build();

    private final ApiWrites writes =
            new ApiWrites(new ServiceWriter(new Patches(client), Clock.systemUTC()), new Patches(client));

    @AfterEach
    void close() {
        writes.stop();
        client.close();
    }

    private void write(Supplier<HasMetadata> write) throws InterruptedException {
        CountDownLatch done = new CountDownLatch(1);
        writes.submit(write, result -> done.countDown());
        done.await();
    }

    @Test
    void writeThatSucceededOrWasRefusedIsKnown() throws InterruptedException {
        write(() -> new ServiceBuilder().withNewMetadata().endMetadata().build());
        write(() -> {
            throw new KubernetesClientException("conflict", 409, new StatusBuilder().build());
        });
        assertTrue(writes.stop());
    }

    @Test
    void writeThatEndedInAnUnexpectedFaultMayHaveBeenCarriedOut() throws InterruptedException {
        write(() -> {
            throw new CancellationException();
        });
        assertFalse(writes.stop());
    }

    @Test
    void oneUncertainWriteAmongManyCertainOnesIsNotForgotten() throws InterruptedException {
        CyclicBarrier together = new CyclicBarrier(8);
        CountDownLatch done = new CountDownLatch(8);
        for (int i = 0; i < 8; i++) {
            boolean lost = i == 3;
            writes.submit(
                    () -> {
                        try {
                            together.await();
                        } catch (Exception interrupted) {
                            throw new IllegalStateException(interrupted);
                        }
                        throw lost
                                ? new KubernetesClientException("no answer", new IOException("timeout"))
                                : new KubernetesClientException("conflict", 409, new StatusBuilder().build());
                    },
                    result -> done.countDown());
        }
        done.await();
        assertFalse(writes.stop());
    }
}
