package io.purelb.allocator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purelb.core.Allocations;
import io.purelb.core.Decision;
import io.purelb.core.Ledger;
import io.purelb.core.ServiceKey;

/** The ledger as JSON, for {@code /debug/state}. */
final class DebugState {
    private DebugState() {}

    /** To be called by the thread that owns the state. */
    static String of(Allocations allocations) {
        Ledger ledger = allocations.ledger();
        ObjectNode state = JsonNodeFactory.instance.objectNode();
        ArrayNode groups = state.putArray("groups");
        ledger.usage()
                .forEach(usage -> groups.addObject()
                        .put("name", usage.group().name())
                        .put("size", usage.total().size().toString())
                        .put("allocated", usage.total().allocated().toString())
                        .put("services", usage.services()));
        ArrayNode problems = state.putArray("problems");
        ledger.configuration().problems().forEach(problem -> problems.add(problem.message()));
        ArrayNode services = state.putArray("services");
        for (ServiceKey key : ledger.services()) {
            ArrayNode held = services.addObject().put("service", key.toString()).putArray("addresses");
            ledger.heldBy(key)
                    .forEach(assignment -> held.addObject()
                            .put("ip", assignment.address().toString())
                            .put("pool", assignment.group()));
        }
        ArrayNode pending = state.putArray("pending");
        for (Decision decision : allocations.unsettled()) {
            if (decision.refusals().isEmpty()) {
                continue;
            }
            ArrayNode reasons = pending.addObject()
                    .put("service", decision.service().toString())
                    .putArray("reasons");
            decision.refusals().forEach(refusal -> reasons.add(refusal.reason() + ": " + refusal.message()));
        }
        ArrayNode conflicts = state.putArray("conflicts");
        ledger.conflicts()
                .forEach(conflict -> conflicts
                        .addObject()
                        .put("service", conflict.service().toString())
                        .put("ip", conflict.address().toString())
                        .put(
                                "reason",
                                conflict.refusal().reason() + ": "
                                        + conflict.refusal().message()));
        ArrayNode orphans = state.putArray("orphans");
        ledger.orphans().forEach(address -> orphans.add(address.toString()));
        return state.toPrettyString() + "\n";
    }
}
