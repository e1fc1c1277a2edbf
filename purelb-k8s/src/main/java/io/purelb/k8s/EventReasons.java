package io.purelb.k8s;

import io.purelb.core.IpAddress;
import io.purelb.core.ServiceKey;

/** Reasons of the events that both executables write, and the texts that users and documents rely on. */
public final class EventReasons {
    public static final String ALLOCATOR = "purelb-allocator";
    public static final String AGENT = "purelb-lbnodeagent";

    public static final String IP_ALLOCATED = "IPAllocated";
    public static final String IP_RELEASED = "IPReleased";
    public static final String ALLOCATION_FAILED = "AllocationFailed";
    public static final String SHARING_CONFLICT = "SharingConflict";
    public static final String ADDRESS_ORPHANED = "AddressOrphaned";
    /** On a ServiceGroup or LBNodeAgent. */
    public static final String CONFIG_ERROR = "ConfigError";

    /** On a Service, ServiceGroup or LBNodeAgent with a field or annotation that means nothing to PureLB. */
    public static final String UNKNOWN_NAME = "UnknownName";

    /** On a ServiceGroup that hands out an address which cannot work in a subnet that nodes are in. */
    public static final String UNUSABLE_ADDRESS = "UnusableAddress";

    public static final String ANNOUNCING_LOCAL = "AnnouncingLocal";
    public static final String ANNOUNCING_NON_LOCAL = "AnnouncingNonLocal";
    public static final String ANNOUNCEMENT_FAILED = "AnnouncementFailed";
    public static final String ADDRESS_CONFLICT = "AddressConflict";
    public static final String NO_LOCAL_INTERFACE = "NoLocalInterface";
    /** On a Service whose address kubelet reports as the node's own. */
    public static final String NODE_ADDRESS_TAKEN = "NodeAddressTaken";

    public static final String LOCAL_OVERRIDE = "LocalOverride";
    /** On a Node. */
    public static final String HOST_CHECK = "HostCheck";
    /** On an LBNodeAgent that another one takes precedence over. */
    public static final String CONFIG_IGNORED = "ConfigIgnored";

    private EventReasons() {}

    /** Text of {@link #IP_ALLOCATED}. */
    public static String allocated(IpAddress address, String group) {
        return "Assigned IP " + address + " from pool " + group;
    }

    /** Text of {@link #IP_RELEASED}. */
    public static String released(IpAddress address, String group) {
        return "Released IP " + address + " to pool " + group;
    }

    /** Text of {@link #ADDRESS_ORPHANED}. */
    public static String orphaned(ServiceKey service, IpAddress address) {
        return "Address " + address + " of Service " + service
                + " lies in no service group any more: the Service keeps it; add it to a group or recreate the Service";
    }

    /** Text of {@link #ANNOUNCING_LOCAL}. */
    public static String announcingLocal(String node, IpAddress address, String networkInterface) {
        return "Node " + node + " announcing " + address + " on interface " + networkInterface;
    }

    /** Text of {@link #ANNOUNCING_NON_LOCAL}. */
    public static String announcingNonLocal(String node, IpAddress address, String networkInterface) {
        return "Announcing " + address + " from node " + node + " interface " + networkInterface;
    }
}
