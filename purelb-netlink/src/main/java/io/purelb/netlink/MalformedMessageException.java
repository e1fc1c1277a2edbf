package io.purelb.netlink;

/** A netlink message that contradicts its own lengths. Callers see it as a {@link NetlinkException} with EBADMSG. */
final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    MalformedMessageException(String what) {
        super(what);
    }
}
