package io.purelb.cli.metallb;

import io.purelb.core.IpAddress;
import io.purelb.core.ServiceKey;
import io.purelb.k8s.Annotations;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What makes PureLB see in a Service what MetalLB sees in it.
 *
 * @param keeps the addresses it has
 * @param annotations to be written; MetalLB takes no notice of them
 * @param otherClass whether it names MetalLB in {@code spec.loadBalancerClass}
 */
record ServiceChange(ServiceKey service, List<IpAddress> keeps, Map<String, String> annotations, boolean otherClass) {
    /** For now, while MetalLB serves it. */
    List<String> commands() {
        return annotations.isEmpty()
                ? List.of()
                : List.of(kubectl("annotate", "--overwrite service ")
                        + annotations.entrySet().stream()
                                .map(entry -> " " + quoted(entry.getKey() + "=" + entry.getValue()))
                                .collect(Collectors.joining()));
    }

    /** For when PureLB runs: a class can be changed only together with the type, by way of another type. */
    List<String> lateCommands() {
        return otherClass
                ? List.of(
                        patch("{\"spec\":{\"type\":\"NodePort\",\"loadBalancerClass\":null}}"),
                        patch("{\"spec\":{\"type\":\"LoadBalancer\",\"loadBalancerClass\":\""
                                + Annotations.LOAD_BALANCER_CLASS + "\"}}"))
                : List.of();
    }

    private String patch(String json) {
        return kubectl("patch", "--type merge service ") + " --patch " + quoted(json);
    }

    private String kubectl(String verb, String more) {
        return "kubectl --namespace " + service.namespace() + " " + verb + " " + more + service.name();
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
