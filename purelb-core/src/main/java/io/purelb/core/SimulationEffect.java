package io.purelb.core;

/** What one step of a {@link Simulation} brings about, as the controllers would write it into events. */
public sealed interface SimulationEffect {
    /** A Service got an address. */
    record Assigned(ServiceKey service, Assignment assignment) implements SimulationEffect {}

    /** What a Service showed already was taken over. */
    record Adopted(ServiceKey service, Assignment assignment) implements SimulationEffect {}

    /** A Service is served by another controller, as what it shows says, and is left alone. */
    record LeftAlone(ServiceKey service) implements SimulationEffect {}

    /** A Service keeps an address that no group hands out any more. */
    record Orphaned(ServiceKey service, IpAddress address) implements SimulationEffect {}

    /** An address that no group handed out lies in one again. */
    record TakenIn(ServiceKey service, IpAddress address, String group) implements SimulationEffect {}

    /** A Service gave an address back. */
    record Released(ServiceKey service, Assignment assignment) implements SimulationEffect {}

    /** A Service asks for something it does not get. */
    record Refused(ServiceKey service, Refusal refusal) implements SimulationEffect {}

    /** A Service keeps an address with which something is wrong. */
    record Conflicted(ServiceKey service, Refusal conflict) implements SimulationEffect {}

    /** A group cannot be used as it is written. */
    record Misconfigured(ConfigProblem problem) implements SimulationEffect {}

    /** A group can be used, but some of its addresses cannot work. */
    record Warned(ConfigProblem warning) implements SimulationEffect {}

    /** A node put an address on an interface. */
    record Announced(SimulatedAnnouncement announcement) implements SimulationEffect {}

    /** A node took an address off an interface. */
    record Withdrawn(SimulatedAnnouncement announcement) implements SimulationEffect {}

    /** The node agent reset {@code externalTrafficPolicy} to Cluster because the address is local. */
    record PolicyReset(ServiceKey service, IpAddress address) implements SimulationEffect {}
}
