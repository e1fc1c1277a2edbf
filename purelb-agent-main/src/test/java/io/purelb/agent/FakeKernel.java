package io.purelb.agent;

import io.purelb.core.AddressOptions;
import io.purelb.core.DefaultRoute;
import io.purelb.core.InterfaceAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.NodeInterface;
import io.purelb.core.Subnet;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** A kernel with interfaces and addresses in memory, which records what is done to it. */
final class FakeKernel implements Kernel {
    final Map<String, TreeSet<Subnet>> addresses = new TreeMap<>();
    final Map<String, Boolean> carriers = new TreeMap<>();
    final Map<String, String> macs = new TreeMap<>(Map.of("eth0", "02:00:00:00:00:01"));
    final Map<IpFamily, List<String>> defaultRoutes = new EnumMap<>(IpFamily.class);
    final List<String> done = new ArrayList<>();
    final Set<InterfaceAddress> foreign = new TreeSet<>();
    /** How addresses are; others are as this program puts them. */
    final Map<InterfaceAddress, AddressForm> forms = new TreeMap<>();

    Marks marks = Marks.KEPT;
    /** What trying the marks shows. */
    Marks tried = Marks.KEPT;

    Optional<String> refusal = Optional.empty();

    void link(String name, String... own) {
        TreeSet<Subnet> there = addresses.computeIfAbsent(name, n -> new TreeSet<>());
        carriers.put(name, true);
        for (String address : own) {
            there.add(Subnet.parse(address));
        }
    }

    /** Some other program puts an address on an interface. */
    void foreign(String name, String address) {
        Subnet there = Subnet.parse(address);
        addresses.get(name).add(there);
        foreign.add(new InterfaceAddress(name, there));
        forms.remove(new InterfaceAddress(name, there));
    }

    boolean has(String name, String address) {
        return addresses.getOrDefault(name, new TreeSet<>()).contains(Subnet.parse(address));
    }

    @Override
    public KernelView read() {
        List<NodeInterface> interfaces = new ArrayList<>();
        Map<InterfaceAddress, AddressForm> all = new TreeMap<>();
        addresses.forEach((name, there) -> {
            interfaces.add(new NodeInterface(
                    interfaces.size() + 1,
                    name,
                    macs.getOrDefault(name, ""),
                    carriers.getOrDefault(name, true),
                    List.copyOf(there)));
            there.stream()
                    .map(address -> new InterfaceAddress(name, address))
                    .forEach(place -> all.put(place, form(place)));
        });
        Map<IpFamily, List<DefaultRoute>> routes = new EnumMap<>(IpFamily.class);
        defaultRoutes.forEach((family, names) -> routes.put(
                family, names.stream().map(name -> new DefaultRoute(name, 100)).toList()));
        return new KernelView(interfaces, routes, all, marks);
    }

    private AddressForm form(InterfaceAddress place) {
        return forms.getOrDefault(
                place, new AddressForm(marks == Marks.KEPT && !foreign.contains(place), false, false, false));
    }

    @Override
    public boolean prepare(String virtualInterface, Collection<String> managed) {
        boolean trying = marks != tried;
        marks = tried;
        if (addresses.containsKey(virtualInterface)) {
            return trying;
        }
        done.add("create " + virtualInterface);
        link(virtualInterface);
        return true;
    }

    @Override
    public List<Optional<String>> add(List<Addition> additions) {
        for (Addition addition : additions) {
            InterfaceAddress target = addition.target();
            if (refusal.isEmpty()) {
                done.add("add " + target);
                addresses.get(target.interfaceName()).add(target.address());
                shape(addition);
            }
        }
        return Collections.nCopies(additions.size(), refusal);
    }

    @Override
    public List<Optional<String>> reshape(List<Addition> additions) {
        additions.forEach(addition -> {
            done.add("reshape " + addition.target());
            shape(addition);
        });
        return Collections.nCopies(additions.size(), Optional.empty());
    }

    private void shape(Addition addition) {
        AddressOptions options = addition.options();
        forms.put(
                addition.target(),
                new AddressForm(marks == Marks.KEPT, true, options.deprecatedAtOnce(), options.noPrefixRoute()));
    }

    @Override
    public Optional<String> remove(InterfaceAddress target) {
        done.add("remove " + target);
        addresses.get(target.interfaceName()).remove(target.address());
        forms.remove(target);
        return Optional.empty();
    }
}
