package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** ipFamilyPolicy, ipFamilies, clusterIP and clusterIPs of a Service: completed from whichever of them are given. */
final class ServiceFamilies {
    private static final String NONE = "None";

    private final ServiceAddresses addresses;

    ServiceFamilies(ServiceAddresses addresses) {
        this.addresses = addresses;
    }

    void complete(ObjectNode spec, @Nullable ObjectNode old, FieldErrors errors) {
        if (!ServiceRules.wantsClusterIp(spec)) {
            return;
        }
        JsonNode oldSpec = old == null ? Json.object() : old.path("spec");
        if (!Json.isEmpty(spec.path("clusterIPs")) && Json.isEmpty(spec.path("clusterIP"))) {
            errors.invalid(
                    "spec.clusterIPs", spec.path("clusterIPs"), "must be empty when `clusterIP` is not specified");
            return;
        }
        List<String> ips = clusterIps(spec, oldSpec);
        List<String> families = Json.texts(spec.path("ipFamilies"));
        shrink(spec, oldSpec, ips, families);
        boolean headless = ips.equals(List.of(NONE));
        if (families.isEmpty() && !headless) {
            ips.forEach(ip -> familyOf(ip).ifPresent(families::add));
        }
        String policy = policy(spec, headless && families.isEmpty());
        if (families.isEmpty()) {
            families.add("IPv4");
        }
        if (families.size() > 1 && families.get(0).equals(families.get(1))) {
            errors.duplicate("spec.ipFamilies[1]", TextNode.valueOf(families.get(1)));
            return;
        }
        checkPolicy(oldSpec, policy, families, ips, errors);
        if (!policy.equals("SingleStack") && families.size() == 1) {
            families.add(families.get(0).equals("IPv4") ? "IPv6" : "IPv4");
        }
        check(families, ips, oldSpec, headless, errors);
        if (!headless && errors.isEmpty()) {
            allocate(ips, families, errors);
        }
        spec.put("clusterIP", ips.isEmpty() ? "" : ips.get(0)).put("ipFamilyPolicy", policy);
        Json.put(spec, "clusterIPs", ips);
        Json.put(spec, "ipFamilies", families);
    }

    /** clusterIPs, led by clusterIP when only that was given or changed. */
    private static List<String> clusterIps(ObjectNode spec, JsonNode old) {
        List<String> ips = Json.texts(spec.path("clusterIPs"));
        String first = Json.text(spec, "clusterIP");
        boolean onlyFirstChanged = spec.path("clusterIPs").equals(old.path("clusterIPs"));
        if (!first.isEmpty() && ips.isEmpty()) {
            ips.add(first);
        } else if (!first.isEmpty() && onlyFirstChanged) {
            ips.set(0, first);
        }
        return ips;
    }

    /** Going back to one family drops the second one, unless the update says otherwise. */
    private static void shrink(ObjectNode spec, JsonNode old, List<String> ips, List<String> families) {
        boolean toSingle = Json.text(spec, "ipFamilyPolicy").equals("SingleStack")
                && !Json.text(old, "ipFamilyPolicy").equals("SingleStack");
        if (toSingle && ips.size() > 1 && spec.path("clusterIPs").equals(old.path("clusterIPs"))) {
            ips.subList(1, ips.size()).clear();
        }
        if (toSingle && families.size() > 1 && spec.path("ipFamilies").equals(old.path("ipFamilies"))) {
            families.subList(1, families.size()).clear();
        }
    }

    private static String policy(ObjectNode spec, boolean open) {
        String policy = Json.text(spec, "ipFamilyPolicy");
        if (!policy.isEmpty()) {
            return policy;
        }
        return open && Json.isEmpty(spec.path("selector")) ? "RequireDualStack" : "SingleStack";
    }

    private static void checkPolicy(
            JsonNode old, String policy, List<String> families, List<String> ips, FieldErrors errors) {
        TextNode value = TextNode.valueOf(policy);
        if (policy.equals("SingleStack") && (families.size() > 1 || ips.size() > 1)) {
            String what = families.size() > 1 && ips.size() < 2 ? "IP families" : "cluster IPs";
            errors.invalid(
                    "spec.ipFamilyPolicy",
                    value,
                    "must be 'RequireDualStack' or 'PreferDualStack' when multiple " + what + " are specified");
        } else if (!policy.equals("SingleStack")
                && families.size() == 1
                && old.path("ipFamilies").size() > 1) {
            errors.invalid("spec.ipFamilyPolicy", value, "must be 'SingleStack' to release the secondary IP family");
        }
    }

    private void check(List<String> families, List<String> ips, JsonNode old, boolean headless, FieldErrors errors) {
        for (int i = 0; i < families.size(); i++) {
            if (!List.of("IPv4", "IPv6").contains(families.get(i))) {
                String field = "spec.ipFamilies[" + i + "]";
                errors.unsupported(field, TextNode.valueOf(families.get(i)), List.of("IPv4", "IPv6"));
            }
        }
        for (int i = 0; i < ips.size() && !headless; i++) {
            checkAddress(ips, i, families, Json.texts(old.path("clusterIPs")), errors);
        }
    }

    private void checkAddress(List<String> ips, int i, List<String> families, List<String> own, FieldErrors errors) {
        String ip = ips.get(i);
        String field = "spec.clusterIPs[" + i + "]";
        ArrayNode all = Json.array();
        ips.forEach(all::add);
        Optional<IpAddress> address = IpAddress.tryParse(ip);
        if (address.isEmpty()) {
            errors.invalid(field, TextNode.valueOf(ip), ServiceValidation.BAD_ADDRESS);
        } else if (i < families.size() && !familyOf(ip).equals(Optional.of(families.get(i)))) {
            String expected = "expected an " + families.get(i) + " value as indicated by `ipFamilies[" + i + "]`";
            errors.invalid(field, TextNode.valueOf(ip), expected);
        } else if (!ServiceAddresses.isClusterAddress(address.get())) {
            String why = ": the provided network does not match the current range";
            errors.invalid("spec.clusterIPs", all, "failed to allocate IP " + ip + why);
        } else if (addresses.isHeld(ip) && !own.contains(ip)) {
            errors.invalid(
                    "spec.clusterIPs", all, "failed to allocate IP " + ip + ": provided IP is already allocated");
        }
    }

    private void allocate(List<String> ips, List<String> families, FieldErrors errors) {
        for (int i = ips.size(); i < families.size(); i++) {
            String free = addresses.freeAddress(families.get(i).equals("IPv4") ? IpFamily.IPV4 : IpFamily.IPV6);
            if (free.isEmpty()) {
                errors.invalid("spec.clusterIPs", Json.array(), "failed to allocate an IP: range is full");
                return;
            }
            ips.add(free);
        }
    }

    private static Optional<String> familyOf(String ip) {
        return IpAddress.tryParse(ip).map(address -> address.family() == IpFamily.IPV4 ? "IPv4" : "IPv6");
    }
}
