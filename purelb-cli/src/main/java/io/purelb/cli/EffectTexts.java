package io.purelb.cli;

import io.purelb.core.AddressPlan;
import io.purelb.core.SimulatedAnnouncement;
import io.purelb.core.SimulationEffect;
import io.purelb.k8s.EventReasons;

/** Says what a simulated step did in the words of the events that the controllers write. */
final class EffectTexts {
    private EffectTexts() {}

    static String of(SimulationEffect effect) {
        if (effect instanceof SimulationEffect.Assigned it) {
            return EventReasons.IP_ALLOCATED + " " + it.service() + ": "
                    + EventReasons.allocated(
                            it.assignment().address(), it.assignment().group());
        }
        if (effect instanceof SimulationEffect.Adopted it) {
            return "Adopted " + it.service() + ": keeps IP " + it.assignment().address() + " of pool "
                    + it.assignment().group();
        }
        if (effect instanceof SimulationEffect.LeftAlone it) {
            return "LeftAlone " + it.service() + ": its status shows what is not ours, so another controller serves it";
        }
        if (effect instanceof SimulationEffect.Orphaned it) {
            return EventReasons.ADDRESS_ORPHANED + " " + it.service() + ": "
                    + EventReasons.orphaned(it.service(), it.address());
        }
        if (effect instanceof SimulationEffect.TakenIn it) {
            return "AddressTakenIn " + it.service() + ": IP " + it.address() + " lies in pool " + it.group() + " again";
        }
        if (effect instanceof SimulationEffect.Released it) {
            return EventReasons.IP_RELEASED + " " + it.service() + ": "
                    + EventReasons.released(
                            it.assignment().address(), it.assignment().group());
        }
        if (effect instanceof SimulationEffect.Refused it) {
            return EventReasons.ALLOCATION_FAILED + " " + it.service() + ": "
                    + it.refusal().reason() + ": " + it.refusal().message();
        }
        if (effect instanceof SimulationEffect.Conflicted it) {
            return EventReasons.SHARING_CONFLICT + " " + it.service() + ": "
                    + it.conflict().reason() + ": " + it.conflict().message();
        }
        if (effect instanceof SimulationEffect.Misconfigured it) {
            return EventReasons.CONFIG_ERROR + " " + it.problem().message();
        }
        if (effect instanceof SimulationEffect.Warned it) {
            return "Warning " + it.warning().message();
        }
        if (effect instanceof SimulationEffect.Announced it) {
            return announced(it.announcement());
        }
        if (effect instanceof SimulationEffect.Withdrawn it) {
            return "Withdrawn: " + it.announcement().address() + " from node "
                    + it.announcement().node() + " interface "
                    + it.announcement().placement().interfaceName();
        }
        SimulationEffect.PolicyReset it = (SimulationEffect.PolicyReset) effect;
        return EventReasons.LOCAL_OVERRIDE + " " + it.service() + ": externalTrafficPolicy is reset to Cluster because "
                + it.address() + " is a local address";
    }

    private static String announced(SimulatedAnnouncement it) {
        String iface = it.placement().interfaceName();
        return it.scope() == AddressPlan.Scope.LOCAL
                ? EventReasons.ANNOUNCING_LOCAL + ": " + EventReasons.announcingLocal(it.node(), it.address(), iface)
                : EventReasons.ANNOUNCING_NON_LOCAL + ": "
                        + EventReasons.announcingNonLocal(it.node(), it.address(), iface);
    }
}
