package io.purelb.allocator;

import io.purelb.core.ServiceKey;

/** What the loop has to look at: the keys of its queue. */
sealed interface Work {
    /** One Service came, changed or went. */
    record OfService(ServiceKey service) implements Work {}

    /** A service group came, changed or went. */
    record OfConfiguration() implements Work {}

    /** What the statuses of the groups say may be out of date. */
    record OfGroupStatus() implements Work {}

    Work CONFIGURATION = new OfConfiguration();
    Work GROUP_STATUS = new OfGroupStatus();
}
