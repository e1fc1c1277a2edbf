package io.purelb.core;

import java.util.Comparator;

/** A port a Service listens on; Services that share an address may not have one in common. */
public record ServicePort(String protocol, int port) implements Comparable<ServicePort> {
    private static final Comparator<ServicePort> ORDER =
            Comparator.comparing(ServicePort::protocol).thenComparing(ServicePort::port);

    @Override
    public int compareTo(ServicePort other) {
        return ORDER.compare(this, other);
    }

    /** As Kubernetes prints it: {@code TCP/80}. */
    @Override
    public String toString() {
        return protocol + "/" + port;
    }
}
