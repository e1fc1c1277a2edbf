package io.purelb.core.testkit;

import io.purelb.core.Assignment;
import io.purelb.core.Configuration;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Reason;
import io.purelb.core.ServiceKey;
import io.purelb.core.ServiceRequest;
import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;

/** An allocator as the properties see it; a new one has no groups and no Services. Write one for yours to try it. */
public interface AllocatorPort {
    /** Puts other groups in force; whoever waits and can be served now is served, oldest first. */
    void configure(Configuration configuration);

    /** A Service is new, or asks for something else than before; afterwards who waits is served as above. */
    Outcome allocate(ServiceRequest request, Instant created);

    /** A Service is gone; afterwards who waits is served as above. */
    void release(ServiceKey service);

    /**
     * Takes over what a Service already has, whatever the groups say and whoever else has it. Nothing else is decided.
     *
     * @param allocatedFrom the group of those addresses that are in no group in force
     */
    void adopt(ServiceRequest request, Instant created, List<IpAddress> addresses, String allocatedFrom);

    /** All that can be seen. */
    Snapshot snapshot();

    /**
     * What came of one request, before anybody else was served.
     *
     * @param held what the Service has now, in the order of its families
     * @param refusals why it does not get what else it asks for
     * @param conflicts what is wrong with addresses it keeps all the same
     */
    record Outcome(List<Assignment> held, List<Reason> refusals, List<Reason> conflicts) {}

    /**
     * The state of an allocator.
     *
     * @param held what each Service that holds anything has, sorted by address
     * @param unsettled Services that wait for something, or keep an address with which something is wrong
     * @param counts for each group in force how full each family is that it has pools of
     */
    record Snapshot(
            SortedMap<ServiceKey, List<Assignment>> held,
            SortedSet<ServiceKey> unsettled,
            SortedMap<String, SortedMap<IpFamily, Count>> counts) {}

    /** Numbers of addresses: in all, held, and free. */
    record Count(BigInteger size, BigInteger allocated, BigInteger available) {}
}
