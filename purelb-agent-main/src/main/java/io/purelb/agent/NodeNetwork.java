package io.purelb.agent;

import io.purelb.netlink.NetlinkException;
import io.purelb.netlink.NetworkNamespace;
import io.purelb.process.StartException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Where the node's network is: here, or in a network namespace of another name. A socket stays where it was opened and a
 * thread where it was started, so it is enough to open and to start things there.
 *
 * @param namespace a name of {@code ip netns list}; empty for the one this process runs in
 */
record NodeNetwork(Optional<String> namespace) {
    /** Opens something there. */
    <T> T open(Supplier<T> opening) {
        if (namespace.isEmpty()) {
            return opening.get();
        }
        String name = namespace.get();
        try {
            return NetworkNamespace.call(name, opening::get);
        } catch (NetlinkException e) {
            if (e.operation() != NetlinkException.Operation.ENTER_NAMESPACE) {
                throw e;
            }
            throw new StartException(
                    "--netns " + name
                            + (e.missingCapability()
                                    ? " needs CAP_SYS_ADMIN: grant it, or start the agent in that namespace"
                                    : ": there is no such network namespace: give a name of `ip netns list`"),
                    e);
        } catch (IllegalArgumentException e) {
            throw new StartException("--netns " + name + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException("interrupted", e);
        }
    }

    /** Runs something there, such as the start of a thread. */
    void run(Runnable action) {
        open(() -> {
            action.run();
            return true;
        });
    }
}
