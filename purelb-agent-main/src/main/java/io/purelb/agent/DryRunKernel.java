package io.purelb.agent;

import io.purelb.core.AddressOptions;
import io.purelb.core.InterfaceAddress;
import io.purelb.process.Log;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** Logs each change instead of making it, and from then on behaves as if it had been made. */
final class DryRunKernel implements Kernel {
    private static final Log LOG = Log.of(DryRunKernel.class);

    private final Kernel kernel;
    private final Map<InterfaceAddress, AddressForm> added = new HashMap<>();
    private final Set<InterfaceAddress> removed = new TreeSet<>();
    private boolean prepared;

    DryRunKernel(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public KernelView read() {
        KernelView view = kernel.read();
        Map<InterfaceAddress, AddressForm> addresses = new HashMap<>(view.addresses());
        addresses.putAll(added);
        addresses.keySet().removeAll(removed);
        return new KernelView(view.interfaces(), view.defaultRoutes(), addresses, view.marks());
    }

    @Override
    public boolean prepare(String virtualInterface, Collection<String> managed) {
        if (!prepared) {
            prepared = true;
            LOG.info("would make sure that the virtual interface exists", "interface", virtualInterface);
        }
        return false;
    }

    @Override
    public List<Optional<String>> add(List<Addition> additions) {
        for (Addition addition : additions) {
            InterfaceAddress target = addition.target();
            LOG.info("would add", "ip", target.address(), "interface", target.interfaceName());
            removed.remove(target);
            added.put(target, form(addition.options()));
        }
        return Collections.nCopies(additions.size(), Optional.empty());
    }

    @Override
    public List<Optional<String>> reshape(List<Addition> additions) {
        for (Addition addition : additions) {
            InterfaceAddress target = addition.target();
            LOG.info("would change", "ip", target.address(), "interface", target.interfaceName());
            added.put(target, form(addition.options()));
        }
        return Collections.nCopies(additions.size(), Optional.empty());
    }

    private static AddressForm form(AddressOptions options) {
        return new AddressForm(true, true, options.deprecatedAtOnce(), options.noPrefixRoute());
    }

    @Override
    public Optional<String> remove(InterfaceAddress target) {
        LOG.info("would remove", "ip", target.address(), "interface", target.interfaceName());
        added.remove(target);
        removed.add(target);
        return Optional.empty();
    }
}
