package io.purelb.k8s;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;

/** The custom resource {@code ServiceGroup} of {@code purelb.io/v1}: a named set of address pools, as written. */
@Group("purelb.io")
@Version("v1")
@Kind("ServiceGroup")
@Singular("servicegroup")
@Plural("servicegroups")
@ShortNames({"sg", "sgs"})
@AdditionalPrinterColumn(name = "POOLS", type = AdditionalPrinterColumn.Type.STRING, jsonPath = ".status.pools")
@AdditionalPrinterColumn(name = "SIZE", type = AdditionalPrinterColumn.Type.STRING, jsonPath = ".status.size")
@AdditionalPrinterColumn(name = "ALLOCATED", type = AdditionalPrinterColumn.Type.STRING, jsonPath = ".status.allocated")
@AdditionalPrinterColumn(name = "AVAILABLE", type = AdditionalPrinterColumn.Type.STRING, jsonPath = ".status.available")
@AdditionalPrinterColumn(
        name = "READY",
        type = AdditionalPrinterColumn.Type.STRING,
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
        name = "AGE",
        type = AdditionalPrinterColumn.Type.DATE,
        jsonPath = ".metadata.creationTimestamp")
@ValidationRule(value = "has(self.spec)", message = "has no pool: add one to v4pools or v6pools")
public final class ServiceGroupResource extends CustomResource<ServiceGroupSpec, ServiceGroupStatus>
        implements Namespaced {
    private static final long serialVersionUID = 1L;
}
