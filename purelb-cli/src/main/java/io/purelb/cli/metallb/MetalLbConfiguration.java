package io.purelb.cli.metallb;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** MetalLB's own objects: pools, advertisements and the older ConfigMap. */
final class MetalLbConfiguration {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Set<String> ROUTING = Set.of("BGPPeer", "BFDProfile", "Community");
    private static final String NO_BGP =
            "is for the routing software on the nodes (BIRD, FRR ...), which advertises the"
                    + " routes of kube-lb0: PureLB speaks no BGP itself";

    private final List<MetalLbPool> pools = new ArrayList<>();
    private final List<Advertisement> advertisements = new ArrayList<>();
    private final Warnings warnings;

    MetalLbConfiguration(Warnings warnings) {
        this.warnings = warnings;
    }

    List<MetalLbPool> pools() {
        return pools;
    }

    /** How a pool is announced, if it is. */
    List<Advertisement> of(MetalLbPool pool) {
        return advertisements.stream().filter(each -> each.selects(pool)).toList();
    }

    /** Takes an object; the answer is whether it is one of MetalLB. */
    boolean take(String kind, String title, JsonNode object) {
        boolean ours = object.path("apiVersion").asText().startsWith("metallb.io/");
        JsonNode spec = object.path("spec");
        if (kind.equals("ConfigMap") && object.path("data").has("config")) {
            config(title, object.at("/data/config").asText());
        } else if (ours && kind.equals("IPAddressPool")) {
            pools.add(MetalLbPool.of(title, object, warnings));
        } else if (ours && kind.equals("AddressPool")) {
            MetalLbPool pool = MetalLbPool.of(title, object, warnings);
            pools.add(pool);
            advertised(
                    title,
                    pool.name(),
                    spec.path("protocol").asText(),
                    "spec.bgpAdvertisements",
                    spec.path("bgpAdvertisements"));
        } else if (ours && (kind.equals("L2Advertisement") || kind.equals("BGPAdvertisement"))) {
            advertisements.add(Advertisement.of(title, kind.startsWith("L2"), spec, warnings));
        } else if (ours && ROUTING.contains(kind)) {
            warnings.add(title, "", NO_BGP);
        } else {
            return false;
        }
        return true;
    }

    private void config(String title, String text) {
        JsonNode config;
        try {
            config = YAML.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(title + ": data.config is no YAML: " + e.getOriginalMessage(), e);
        }
        for (String field : List.of("peers", "bgp-communities")) {
            if (config.has(field)) {
                warnings.add(title, "data.config " + field, NO_BGP);
            }
        }
        for (JsonNode written : config.path("address-pools")) {
            MetalLbPool pool = MetalLbPool.ofConfig(title, written);
            pools.add(pool);
            advertised(
                    title,
                    pool.name(),
                    written.path("protocol").asText(),
                    "address-pools " + pool.name() + " bgp-advertisements",
                    written.path("bgp-advertisements"));
        }
    }

    /** The older forms say of each pool how it is announced. */
    private void advertised(String title, String pool, String protocol, String field, JsonNode written) {
        if (protocol.equals("layer2")) {
            advertisements.add(new Advertisement(true, List.of(pool), List.of(), 0, 0));
        } else if (written.isEmpty()) {
            advertisements.add(Advertisement.ofPool(title, pool, field, YAML.createObjectNode(), warnings));
        }
        written.forEach(each -> advertisements.add(Advertisement.ofPool(title, pool, field, each, warnings)));
    }
}
