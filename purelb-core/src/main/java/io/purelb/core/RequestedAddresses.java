package io.purelb.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The addresses a Service asks for by name: at most one of each family.
 *
 * @param addresses in the written order
 * @param refusal why the text cannot be served, when it cannot; {@code addresses} is empty then
 */
public record RequestedAddresses(List<IpAddress> addresses, Optional<Refusal> refusal) {
    /** Any address will do. */
    public static final RequestedAddresses NONE = new RequestedAddresses(List.of(), Optional.empty());

    public RequestedAddresses {
        addresses = List.copyOf(addresses);
    }

    /**
     * Reads a comma-separated list; blanks around addresses and empty text are allowed.
     *
     * @param field where the text stands, named in refusals
     */
    public static RequestedAddresses parse(String field, String text) {
        List<IpAddress> addresses = new ArrayList<>();
        if (text.isBlank()) {
            return NONE;
        }
        for (String part : text.split(",", -1)) {
            Optional<IpAddress> address = IpAddress.tryParse(part.strip());
            if (address.isEmpty()) {
                return refused(
                        Reason.MALFORMED_ADDRESS,
                        field + " " + UserText.quoted(text) + ": " + UserText.quoted(part.strip())
                                + " is not an IP address; write one IPv4 and/or one IPv6 address");
            }
            if (addresses.stream()
                    .anyMatch(other -> other.family() == address.get().family())) {
                return refused(
                        Reason.CONFLICTING_REQUEST,
                        field + " " + UserText.quoted(text) + " names two "
                                + address.get().family() + " addresses; write at most one of each family");
            }
            addresses.add(address.get());
        }
        return new RequestedAddresses(addresses, Optional.empty());
    }

    /**
     * What is asked for in two fields at once: addresses of different families add up, and of one family both have to name
     * the same.
     *
     * @param field where this stands
     * @param otherField where the other stands
     */
    public RequestedAddresses and(String field, String otherField, RequestedAddresses other) {
        if (refusal.isPresent() || other.refusal.isPresent()) {
            return refusal.isPresent() ? this : other;
        }
        List<IpAddress> all = new ArrayList<>(addresses);
        for (IpAddress wanted : other.addresses) {
            Optional<IpAddress> here = of(wanted.family());
            if (here.isEmpty()) {
                all.add(wanted);
            } else if (!here.get().equals(wanted)) {
                return refused(
                        Reason.CONFLICTING_REQUEST,
                        field + " asks for " + here.get() + " and " + otherField + " for " + wanted
                                + ": write one of the two, or the same address in both");
            }
        }
        return new RequestedAddresses(all, Optional.empty());
    }

    private static RequestedAddresses refused(Reason reason, String message) {
        return new RequestedAddresses(List.of(), Optional.of(new Refusal(reason, message)));
    }

    Optional<IpAddress> of(IpFamily family) {
        return addresses.stream().filter(address -> address.family() == family).findFirst();
    }
}
