package io.purelb.core;

import java.util.Optional;
import java.util.TreeSet;

/** Who may use one address together: same non-empty key, disjoint ports, nobody with a local traffic policy. */
final class SharingRule {
    private SharingRule() {}

    /** What keeps a Service from using an address under a claim; empty when the address is free or can be shared. */
    static Optional<Refusal> blocker(Ledger ledger, IpAddress address, ServiceKey service, Claim claim) {
        boolean byNamespace = ledger.configuration()
                .groupOf(address)
                .filter(group -> group.sharing() == SharingScope.NAMESPACE)
                .isPresent();
        return ledger.holdings(address).stream()
                .filter(other -> !other.service().equals(service))
                .flatMap(other -> between(address, service, claim, other, byNamespace).stream())
                .findFirst();
    }

    private static Optional<Refusal> between(
            IpAddress address, ServiceKey service, Claim claim, Ledger.Holding holder, boolean byNamespace) {
        ServiceKey other = holder.service();
        Claim theirs = holder.claim();
        if (claim.sharingKey().isEmpty() || theirs.sharingKey().isEmpty()) {
            ServiceKey unshared = theirs.sharingKey().isEmpty() ? other : service;
            return refuse(
                    Reason.IN_USE,
                    address + " is in use by Service " + other + ", and " + unshared
                            + " does not share: choose another address or give both the same purelb.io/allow-shared-ip");
        }
        if (!claim.sharingKey().equals(theirs.sharingKey())) {
            return refuse(
                    Reason.KEY_MISMATCH,
                    address + " is shared by Service " + other + " under the key "
                            + UserText.quoted(theirs.sharingKey().get()) + ", not "
                            + UserText.quoted(claim.sharingKey().get()) + ": use the same key or another address");
        }
        if (byNamespace && !other.namespace().equals(service.namespace())) {
            return refuse(
                    Reason.NAMESPACE_DENIED,
                    address + " is in use by Service " + other
                            + ", and its group shares only inside one namespace: use another key");
        }
        if (claim.localPolicy() || theirs.localPolicy()) {
            ServiceKey local = claim.localPolicy() ? service : other;
            return refuse(
                    Reason.SHARING_WITH_LOCAL_POLICY,
                    address + " cannot be shared with Service " + other + " because " + local
                            + " has externalTrafficPolicy: Local; set it to Cluster or use another key");
        }
        TreeSet<ServicePort> common = new TreeSet<>(claim.ports());
        common.retainAll(theirs.ports());
        if (!common.isEmpty()) {
            return refuse(
                    Reason.PORT_CONFLICT,
                    "port " + common.first() + " on " + address + " is in use by Service " + other
                            + ": choose another port or another sharing key");
        }
        return Optional.empty();
    }

    private static Optional<Refusal> refuse(Reason reason, String message) {
        return Optional.of(new Refusal(reason, message));
    }
}
