package io.purelb.k8s;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** The custom resource {@code LBNodeAgent} of {@code purelb.io/v1}: settings of the node agents, as written. */
@Group("purelb.io")
@Version("v1")
@Kind("LBNodeAgent")
@Singular("lbnodeagent")
@Plural("lbnodeagents")
@ShortNames({"lbna", "lbnas"})
@AdditionalPrinterColumn(
        name = "LOCALINT",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".spec.local.localint")
@AdditionalPrinterColumn(
        name = "EXTLBINT",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".spec.local.extlbint")
@AdditionalPrinterColumn(
        name = "AGE",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
public final class LBNodeAgentResource extends CustomResource<LBNodeAgentSpec, Void> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
