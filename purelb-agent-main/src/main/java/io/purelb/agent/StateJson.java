package io.purelb.agent;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.purelb.core.AddressPlan;
import io.purelb.core.InterfaceAddress;

/** The debug page: desired and observed addresses and why. */
final class StateJson {
    private StateJson() {}

    static String of(String node, boolean ready, AgentState state) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("node", node).put("ready", ready);
        ArrayNode desired = root.putArray("desired");
        state.plans().values().forEach(plan -> desired.add(plan(plan, state)));
        ArrayNode observed = root.putArray("observed");
        state.observed().stream().sorted().forEach(there -> observed.add(place(there)));
        ArrayNode members = root.putArray("members");
        state.membership().members().forEach(member -> {
            ObjectNode entry = members.addObject().put("node", member.node());
            member.subnets()
                    .forEach(subnet -> entry.withArrayProperty("subnets").add(subnet.toString()));
            member.downSubnets()
                    .forEach(subnet -> entry.withArrayProperty("downSubnets").add(subnet.toString()));
            member.besideSubnets()
                    .forEach(subnet -> entry.withArrayProperty("besideSubnets").add(subnet.toString()));
            member.macs().forEach(mac -> entry.withArrayProperty("macs").add(mac));
            entry.put("linkUp", member.linkUp())
                    .put("draining", member.draining())
                    .put("version", member.version());
        });
        return root.toPrettyString();
    }

    private static ObjectNode plan(AddressPlan plan, AgentState state) {
        ObjectNode entry = JsonNodeFactory.instance
                .objectNode()
                .put("ip", plan.address().toString())
                .put("mode", plan.scope() == AddressPlan.Scope.LOCAL ? "local" : "virtual")
                .put("reason", plan.reason());
        plan.winner().ifPresent(winner -> entry.put("winner", winner));
        plan.placement().ifPresent(target -> entry.set("placement", place(target)));
        plan.services()
                .forEach(service -> entry.withArrayProperty("services")
                        .add(service.service().toString()));
        boolean waits = plan.scope().exclusive()
                && plan.placement().isPresent()
                && !state.granted().contains(plan.address());
        return entry.put("held", state.held().containsKey(plan.address())).put("probing", waits);
    }

    private static ObjectNode place(InterfaceAddress where) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("ip", where.address().address().toString())
                .put("prefix", where.address().prefixLength())
                .put("interface", where.interfaceName());
    }
}
