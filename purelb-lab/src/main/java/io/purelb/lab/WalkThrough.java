package io.purelb.lab;

import io.fabric8.kubernetes.api.model.Service;
import io.purelb.core.Election;
import io.purelb.core.IpAddress;
import io.purelb.k8s.Annotations;
import io.purelb.k8s.EventReasons;
import io.purelb.lab.Hosts.Host;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** The claims of the main job, checked one after the other on the running lab; each prints a line. */
final class WalkThrough {
    /** What the sample Services get, given that they come in the files' order. */
    private static final Map<String, List<String>> EXPECTED = Map.of(
            "local", List.of("172.30.250.50"),
            "virtual", List.of("172.31.1.0"),
            "shared-http", List.of("172.30.250.51"),
            "shared-https", List.of("172.30.250.51"),
            "dual-stack", List.of("172.30.250.52", "fd00:250::5000"),
            "requested", List.of("172.30.250.80"),
            "pending", List.of());

    /** Long enough that a second host which answers too is heard. */
    private static final Duration WINDOW = Duration.ofMillis(300);

    /** Catches only what hangs: how fast a move is, is what the benchmarks measure. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Lab lab;
    private final PrintStream out;
    private final Map<String, Service> services = new HashMap<>();
    private final List<String> nodes = Lab.NODES.stream().map(Host::name).toList();
    private boolean allTrue = true;

    WalkThrough(Lab lab, List<Service> services, PrintStream out) {
        this.lab = lab;
        this.out = out;
        services.forEach(service -> this.services.put(service.getMetadata().getName(), service));
    }

    /** Whether all claims are true. */
    boolean run() {
        EXPECTED.keySet().stream().sorted().forEach(this::addressesAreAssigned);
        pendingSaysWhy();
        services.values().stream()
                .flatMap(service -> Cluster.addresses(service).stream())
                .distinct()
                .sorted()
                .forEach(this::addressIsAnswered);
        followsTheNode(services.get("local"));
        deleteGivesBack(services.get("local"));
        return allTrue;
    }

    private void addressesAreAssigned(String name) {
        List<String> expected = EXPECTED.getOrDefault(name, List.of());
        claim(name + (expected.isEmpty() ? " has no address" : " has " + String.join(" and ", expected)), () -> {
            List<String> found = Cluster.addresses(services.get(name)).stream()
                    .map(IpAddress::toString)
                    .toList();
            return found.equals(expected) ? Optional.empty() : Optional.of("it has " + found);
        });
    }

    private void pendingSaysWhy() {
        claim("pending says UNKNOWN_GROUP in its condition and in an AllocationFailed event", () -> {
            Service pending = services.get("pending");
            String reason =
                    Cluster.refusal(pending).map(refusal -> refusal.getReason()).orElse("nothing");
            if (!reason.equals("UNKNOWN_GROUP")) {
                return Optional.of("the condition says " + reason);
            }
            return eventually(
                    () -> event(pending, EventReasons.ALLOCATION_FAILED, "UNKNOWN_GROUP"), "there is no such event");
        });
    }

    private void addressIsAnswered(IpAddress address) {
        if (!Lab.local(address)) {
            claim(address + " is on kube-lb0 of every node, and no node answers for it on the LAN", () -> {
                List<Place> everywhere =
                        nodes.stream().map(node -> new Place(node, "kube-lb0")).toList();
                List<Place> places = lab.lan().places().getOrDefault(address, List.of());
                Set<String> answering = lab.lan().answering(address, WINDOW);
                return places.equals(everywhere) && answering.isEmpty()
                        ? Optional.empty()
                        : Optional.of("it is on " + places + ", and " + answering + " answer");
            });
            return;
        }
        String winner = Election.winner(nodes, address).orElseThrow();
        claim(address + " is answered by " + winner + ", the winner of the election, and by nobody else", () -> {
            Set<String> answering = answering(address);
            return answering.equals(Set.of(winner)) ? Optional.empty() : Optional.of(answering + " answer");
        });
    }

    /** Who answers, as soon as anybody does: on a busy machine an answer may take its time. */
    private Set<String> answering(IpAddress address) {
        Set<String> answering = new TreeSet<>();
        Await.reached(
                () -> {
                    answering.addAll(lab.lan().answering(address, WINDOW));
                    return !answering.isEmpty();
                },
                PATIENCE);
        return answering;
    }

    private void followsTheNode(Service service) {
        IpAddress address = Cluster.addresses(service).get(0);
        List<String> ranking = Election.ranking(nodes, address);
        String first = ranking.get(0);
        String second = ranking.get(1);
        isAnnouncedBy(service, address, first);
        long cut = System.nanoTime();
        lab.hosts().setLink(first, false);
        Optional<String> successor = lab.lan().successor(address, first, PATIENCE);
        long millis = (System.nanoTime() - cut) / 1_000_000;
        claim(
                second + " takes " + address + " over " + millis + " ms after " + first + "'s cable was pulled",
                () -> successor.equals(Optional.of(second))
                        ? Optional.empty()
                        : Optional.of(successor.orElse("nobody") + " does"));
        claim(address + " is answered by " + second + " now, and by nobody else", () -> {
            Set<String> answering = answering(address);
            return answering.equals(Set.of(second)) ? Optional.empty() : Optional.of(answering + " answer");
        });
        isAnnouncedBy(service, address, second);
        lab.hosts().setLink(first, true);
        claim(
                first + " has " + address + " again, alone, after the cable is back",
                () -> eventually(() -> lab.lan().answering(address, WINDOW).equals(Set.of(first)), "others answer"));
        isAnnouncedBy(service, address, first);
    }

    private void isAnnouncedBy(Service service, IpAddress address, String node) {
        claim(
                Account.name(service) + " names " + node + " in its annotations and an AnnouncingLocal event",
                () -> eventually(
                        () -> Cluster.annotation(
                                                lab.cluster().current(service),
                                                Annotations.announcing(address.family()))
                                        .equals(node + ", eth0")
                                && event(
                                        service,
                                        EventReasons.ANNOUNCING_LOCAL,
                                        EventReasons.announcingLocal(node, address, "eth0")),
                        "the annotation says \""
                                + Cluster.annotation(
                                        lab.cluster().current(service), Annotations.announcing(address.family()))
                                + "\""));
    }

    private void deleteGivesBack(Service service) {
        IpAddress address = Cluster.addresses(service).get(0);
        String group = Cluster.annotation(service, Annotations.ALLOCATED_FROM);
        claim("deleting " + Account.name(service) + " withdraws " + address + " and frees it in group " + group, () -> {
            int before = lab.cluster().allocated(group).orElse(0);
            lab.cluster().delete(service);
            return eventually(
                    () -> lab.lan().answering(address, WINDOW).isEmpty()
                            && lab.cluster().allocated(group).orElse(0) == before - 1,
                    "the group had " + before + " addresses allocated");
        });
    }

    private boolean event(Service service, String reason, String text) {
        return lab.cluster().events(service).stream()
                .anyMatch(event ->
                        reason.equals(event.getReason()) && event.getMessage().contains(text));
    }

    /** Empty as soon as the condition holds; the objection when it still does not after {@link #PATIENCE}. */
    private static Optional<String> eventually(BooleanSupplier condition, String objection) {
        return Await.reached(condition, PATIENCE) ? Optional.empty() : Optional.of(objection);
    }

    /** Prints whether there is no objection to the claim. */
    private void claim(String text, Supplier<Optional<String>> objection) {
        Optional<String> said;
        try {
            said = objection.get();
        } catch (LabException e) {
            said = Optional.of(e.getMessage());
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new LabException("The lab is being stopped.");
        }
        out.println(said.map(why -> "FAIL  " + text + ": " + why).orElse("ok    " + text));
        allTrue &= said.isEmpty();
    }
}
