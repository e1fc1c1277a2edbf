package io.purelb.netlink;

/** The kernel refused an operation or did not answer. Decide by {@link #errno()}, never by the text. */
public final class NetlinkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Operation operation;
    private final int errno;

    /** What was being done, and the capability it needs. */
    public enum Operation {
        OPEN_SOCKET("CAP_NET_RAW"),
        LIST_LINKS("CAP_NET_ADMIN"),
        LIST_ADDRESSES("CAP_NET_ADMIN"),
        LIST_ROUTES("CAP_NET_ADMIN"),
        ADD_ADDRESS("CAP_NET_ADMIN"),
        DELETE_ADDRESS("CAP_NET_ADMIN"),
        DELETE_ROUTE("CAP_NET_ADMIN"),
        CREATE_LINK("CAP_NET_ADMIN"),
        CHANGE_LINK("CAP_NET_ADMIN"),
        DELETE_LINK("CAP_NET_ADMIN"),
        WATCH("CAP_NET_ADMIN"),
        ANNOUNCE("CAP_NET_RAW"),
        PROBE("CAP_NET_RAW"),
        LISTEN("CAP_NET_RAW"),
        ENTER_NAMESPACE("CAP_SYS_ADMIN");

        private final String capability;

        Operation(String capability) {
            this.capability = capability;
        }
    }

    NetlinkException(Operation operation, int errno, String detail) {
        super(operation + (detail.isEmpty() ? "" : " " + detail) + ": " + Errno.name(errno)
                + (denied(errno) ? ", needs " + operation.capability : ""));
        this.operation = operation;
        this.errno = errno;
    }

    /** What was being done. */
    public Operation operation() {
        return operation;
    }

    /** The number of {@code errno.h}; EBADMSG (74) for an answer that cannot be read. */
    public int errno() {
        return errno;
    }

    /** Whether the process lacks a capability; the message names it. */
    public boolean missingCapability() {
        return denied(errno);
    }

    private static boolean denied(int errno) {
        return errno == Errno.EPERM || errno == Errno.EACCES;
    }
}
