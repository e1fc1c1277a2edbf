package io.purelb.core.testkit.cluster;

import io.purelb.core.AnnouncedService;
import io.purelb.core.IpAddress;
import io.purelb.core.ServiceKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** The API server: Services, of which each agent hears at its own time, or not at all while it is cut off. */
final class Api {
    private final World world;
    private final List<Host> hosts;
    private final TreeMap<IpAddress, AnnouncedService> services = new TreeMap<>();

    Api(World world, List<Host> hosts) {
        this.world = world;
        this.hosts = hosts;
    }

    void add(IpAddress address) {
        services.put(
                address,
                new AnnouncedService(
                        new ServiceKey("default", "s" + address), List.of(address), false, false, Set.of()));
        tellAll();
    }

    void remove(IpAddress address) {
        services.remove(address);
        tellAll();
    }

    boolean has(IpAddress address) {
        return services.containsKey(address);
    }

    Set<IpAddress> addresses() {
        return services.keySet();
    }

    List<AnnouncedService> services() {
        return new ArrayList<>(services.values());
    }

    /** The cluster changed; each agent hears of it in a moment. */
    void tellAll() {
        hosts.forEach(this::tell);
    }

    void tell(Host host) {
        world.in(world.draw(1, 60), () -> {
            if (!host.cutFromApi) {
                host.agent.ifPresent(agent -> agent.receive(() -> agent.cluster(services(), host.excluded)));
            }
        });
    }
}
