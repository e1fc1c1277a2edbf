package io.purelb.netlink;

import java.util.List;

/** Messages recorded from a 6.18 kernel. */
final class Captured {
    /** 172.30.250.53/24, second address of its subnet on interface 4. */
    static final String SECONDARY_V4 = """
            54 00 00 00 14 00 02 00 07 00 00 00 f8 6f 00 00  # length 84, RTM_NEWADDR, NLM_F_MULTI, sequence 7, port
            02 18 81 00 04 00 00 00                          # AF_INET, /24, permanent secondary, global, interface 4
            08 00 01 00 ac 1e fa 35                          # IFA_ADDRESS
            08 00 02 00 ac 1e fa 35                          # IFA_LOCAL
            08 00 04 00 ac 1e fa ff                          # IFA_BROADCAST
            07 00 03 00 76 61 00 00                          # IFA_LABEL "va", padded
            08 00 08 00 81 00 00 00                          # IFA_FLAGS
            14 00 06 00 ff ff ff ff ff ff ff ff 4e b5 02 00 4e b5 02 00  # IFA_CACHEINFO: for ever
            """;

    /** fd00:250::53/64 with lifetimes, not preferred, without a route. */
    static final String LIMITED_V6 = """
            48 00 00 00 14 00 02 00 07 00 00 00 f8 6f 00 00  # length 72, RTM_NEWADDR
            0a 40 22 00 04 00 00 00                          # AF_INET6, /64, nodad deprecated, global, interface 4
            14 00 01 00 fd 00 02 50 00 00 00 00 00 00 00 00 00 00 00 53  # IFA_ADDRESS
            14 00 06 00 00 00 00 00 2c 01 00 00 4e b5 02 00 4e b5 02 00  # IFA_CACHEINFO: preferred 0, valid 300
            08 00 08 00 22 02 00 00                          # IFA_FLAGS: and noprefixroute
            """;

    /** A link-local address still being checked. */
    static final String TENTATIVE_V6 = """
            50 00 00 00 14 00 02 00 07 00 00 00 f8 6f 00 00  # length 80, RTM_NEWADDR
            0a 40 c0 fd 04 00 00 00                          # AF_INET6, /64, permanent tentative, link, interface 4
            14 00 01 00 fe 80 00 00 00 00 00 00 68 b6 3a ff fe 0f 28 b2  # IFA_ADDRESS
            14 00 06 00 ff ff ff ff ff ff ff ff 4e b5 02 00 4e b5 02 00  # IFA_CACHEINFO
            08 00 08 00 c0 00 00 00                          # IFA_FLAGS
            05 00 0b 00 03 00 00 00                          # IFA_PROTO: link-local, padded
            """;

    static final String DEFAULT_ROUTE_V4 = """
            34 00 00 00 18 00 22 00 07 00 00 00 f8 6f 00 00  # length 52, RTM_NEWROUTE
            02 00 00 00 fe 03 00 01 00 00 00 00              # AF_INET, /0, main, boot, universe, unicast
            08 00 0f 00 fe 00 00 00                          # RTA_TABLE
            08 00 05 00 ac 1e fa 01                          # RTA_GATEWAY
            08 00 04 00 04 00 00 00                          # RTA_OIF
            """;

    static final String CONNECTED_ROUTE_V4 = """
            3c 00 00 00 18 00 22 00 07 00 00 00 f8 6f 00 00  # length 60, RTM_NEWROUTE
            02 18 00 00 fe 02 fd 01 00 00 00 00              # AF_INET, /24, main, kernel, link, unicast
            08 00 0f 00 fe 00 00 00                          # RTA_TABLE
            08 00 01 00 ac 1e fa 00                          # RTA_DST
            08 00 07 00 ac 1e fa 65                          # RTA_PREFSRC
            08 00 04 00 04 00 00 00                          # RTA_OIF
            """;

    /** A default route with two next hops. */
    static final String MULTIPATH_ROUTE_V6 = """
            94 00 00 00 18 00 22 00 07 00 00 00 f8 6f 00 00  # length 148, RTM_NEWROUTE
            0a 00 00 00 fe 03 00 01 00 00 00 00              # AF_INET6, /0, main, boot, universe, unicast
            08 00 0f 00 fe 00 00 00                          # RTA_TABLE
            08 00 06 00 00 04 00 00                          # RTA_PRIORITY: 1024
            3c 00 09 00                                      # RTA_MULTIPATH
            1c 00 00 00 04 00 00 00 14 00 05 00 fd 00 02 50 00 00 00 00 00 00 00 00 00 00 00 01
            1c 00 00 00 04 00 00 00 14 00 05 00 fd 00 02 50 00 00 00 00 00 00 00 00 00 00 00 02
            24 00 0c 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
            05 00 14 00 00 00 00 00                          # RTA_PREF
            """;

    /** kube-lb0 of kind ifb, up; attributes nobody reads are left out. */
    static final String LINK = """
            d8 00 00 00 10 00 02 00 07 00 00 00 f8 6f 00 00  # length 216, RTM_NEWLINK
            00 00 01 00 02 00 00 00 c3 00 01 00 00 00 00 00  # Ethernet, index 2, UP BROADCAST RUNNING NOARP LOWER_UP
            0d 00 03 00 6b 75 62 65 2d 6c 62 30 00 00 00 00  # IFLA_IFNAME "kube-lb0", padded
            08 00 04 00 dc 05 00 00                          # IFLA_MTU 1500
            0a 00 01 00 02 2b f0 73 fd 77 00 00              # IFLA_ADDRESS, padded
            0c 00 12 00 08 00 01 00 69 66 62 00              # IFLA_LINKINFO { IFLA_INFO_KIND "ifb" }
            88 00 1a 80                                      # IFLA_AF_SPEC {
            84 00 02 80                                      #   AF_INET {
            80 00 01 00                                      #     IFLA_INET_CONF: 31 numbers
            00 00 00 00 00 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 01 00 00 00 00 00 00 00 01 00 00 00
            00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00
            00 00 00 00 00 00 00 00 00 00 00 00 01 00 00 00  # 17 to 19, and 20: promote_secondaries
            00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 00 10 27 00 00 e8 03 00 00
            00 00 00 00 00 00 00 00 00 00 00 00              # } }
            """;

    static final List<String> ALL = List.of(
            SECONDARY_V4, LIMITED_V6, TENTATIVE_V6, DEFAULT_ROUTE_V4, CONNECTED_ROUTE_V4, MULTIPATH_ROUTE_V6, LINK);

    private Captured() {}
}
