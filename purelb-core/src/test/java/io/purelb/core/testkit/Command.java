package io.purelb.core.testkit;

import io.purelb.core.Configuration;
import io.purelb.core.ServiceGroup;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServiceRequest;
import java.time.Instant;
import java.util.List;

/** One thing that happens to an allocator. Its text is what a failed property prints. */
public sealed interface Command {
    /** Does it. */
    void run(AllocatorPort allocator);

    /** A Service is created, or edited when it exists. */
    record Allocate(ServiceRequest request, Instant created) implements Command {
        @Override
        public void run(AllocatorPort allocator) {
            allocator.allocate(request, created);
        }
    }

    /** A Service is deleted, or was never there. */
    record Release(ServiceKey service) implements Command {
        @Override
        public void run(AllocatorPort allocator) {
            allocator.release(service);
        }
    }

    /** Other groups are put in force. */
    record Configure(Configuration configuration) implements Command {
        @Override
        public void run(AllocatorPort allocator) {
            allocator.configure(configuration);
        }

        @Override
        public String toString() {
            List<?> specs =
                    configuration.groups().stream().map(ServiceGroup::spec).toList();
            return "Configure" + specs;
        }
    }
}
