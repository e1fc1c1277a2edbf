package io.purelb.lab;

import io.purelb.netlink.NetworkNamespace;
import java.util.concurrent.Callable;

/** Work inside a namespace of the lab, whose failure is a broken lab. */
final class Namespaces {
    private Namespaces() {}

    /** As {@link NetworkNamespace#call}, with {@link LabException} for what it throws. */
    static <T> T call(String namespace, Callable<T> work) {
        try {
            return NetworkNamespace.call(namespace, work);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("The lab is being stopped.", e);
        } catch (Exception e) {
            throw new LabException("Inside network namespace " + namespace + ": " + e + ".", e);
        }
    }
}
