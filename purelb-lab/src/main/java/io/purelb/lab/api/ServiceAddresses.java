package io.purelb.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The cluster addresses and node ports that Services hold. The next free one is the one after the last handed out. */
final class ServiceAddresses {
    private static final Subnet V4 = Subnet.parse("10.96.0.0/16");
    private static final Subnet V6 = Subnet.parse("fd00:10:96::/112");
    /** Both ranges leave 16 bits for the host; the first and the last address are not used. */
    private static final int HOSTS = 0xfffe;

    static final int FIRST_PORT = 30000;
    static final int LAST_PORT = 32767;

    private final Set<String> addresses = new HashSet<>();
    private final Set<Integer> ports = new HashSet<>();
    private final Map<IpFamily, Integer> last = new EnumMap<>(IpFamily.class);
    private int lastPort = FIRST_PORT - 1;

    /** A free address, or empty text if there is none. */
    String freeAddress(IpFamily family) {
        for (int tries = 0; tries < HOSTS; tries++) {
            int host = last.merge(family, 1, (old, one) -> old % HOSTS + one);
            String candidate = at(family == IpFamily.IPV4 ? V4 : V6, host);
            if (!addresses.contains(candidate)) {
                return candidate;
            }
        }
        return "";
    }

    private static String at(Subnet range, int host) {
        IpAddress first = range.first();
        return new IpAddress(first.family(), first.high(), first.low() + host).toString();
    }

    /** A free port that is not among {@code taken}, or 0 if there is none. */
    int freePort(Set<Integer> taken) {
        for (int tries = FIRST_PORT; tries <= LAST_PORT; tries++) {
            lastPort = lastPort == LAST_PORT ? FIRST_PORT : lastPort + 1;
            if (!ports.contains(lastPort) && !taken.contains(lastPort)) {
                return lastPort;
            }
        }
        return 0;
    }

    static boolean isClusterAddress(IpAddress address) {
        return V4.contains(address) || V6.contains(address);
    }

    boolean isHeld(String address) {
        return addresses.contains(address);
    }

    boolean isHeld(int port) {
        return ports.contains(port);
    }

    /** Marks what a Service holds. */
    void hold(JsonNode service) {
        addresses.addAll(addresses(service));
        ports.addAll(ports(service));
    }

    void release(JsonNode service) {
        addresses.removeAll(addresses(service));
        ports.removeAll(ports(service));
    }

    private static List<String> addresses(JsonNode service) {
        return Json.texts(Json.at(service, "spec", "clusterIPs"));
    }

    /** The node ports of a Service, the one for health checks included. */
    static Set<Integer> ports(JsonNode service) {
        Set<Integer> ports = new HashSet<>();
        Json.at(service, "spec", "ports")
                .forEach(port -> ports.add(port.path("nodePort").asInt()));
        ports.add(Json.at(service, "spec", "healthCheckNodePort").asInt());
        ports.remove(0);
        return ports;
    }
}
