package io.purelb.netlink;

import io.purelb.netlink.NetlinkException.Operation;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Linux network namespaces by the names {@code ip netns} gives them. A namespace belongs to a thread, not to the process:
 * sockets, {@code /proc/sys/net} and {@code /proc/thread-self/net} are those of the thread that opens them, and stay so.
 * A new thread, an executor's too, inherits its creator's; shared pools and {@code java.net.NetworkInterface} do not
 * follow.
 */
public final class NetworkNamespace {
    private static final String DIRECTORY = "/run/netns/";

    private NetworkNamespace() {}

    /**
     * Moves the calling thread, for good, to the namespace of this name.
     *
     * @throws NetlinkException with ENOENT when there is none, EPERM without CAP_SYS_ADMIN
     */
    public static void enter(String name) {
        if (name.isEmpty() || name.contains("/") || name.startsWith(".")) {
            throw new IllegalArgumentException("network namespace \"" + name + "\": give a name of `ip netns list`");
        }
        int fd = Libc.open(DIRECTORY + name, Libc.O_RDONLY);
        if (fd < 0) {
            throw new NetlinkException(Operation.ENTER_NAMESPACE, -fd, DIRECTORY + name);
        }
        int entered = Libc.setns(fd, Libc.CLONE_NEWNET);
        Libc.close(fd);
        if (entered < 0) {
            throw new NetlinkException(Operation.ENTER_NAMESPACE, -entered, DIRECTORY + name);
        }
    }

    /**
     * Runs something on a new thread inside the namespace of this name and waits for it.
     *
     * @throws Exception what {@code work} throws
     */
    public static <T> T call(String name, Callable<T> work) throws Exception {
        FutureTask<T> task = new FutureTask<>(() -> {
            enter(name);
            return work.call();
        });
        Thread thread = new Thread(task, "netns-" + name);
        thread.setDaemon(true);
        thread.start();
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }
}
