package io.purelb.k8s;

/**
 * What the API server checks of pools, in Common Expression Language with the functions on addresses that Kubernetes 1.31
 * brought, and in the words that core has for the same faults. Each rule is silent about what another one reports.
 *
 * <p>Left to the allocator, which checks everything again: ranges that overlap, and an IPv6 range that starts after its
 * end, since the language does not order IPv6 addresses.
 */
final class PoolRules {
    /** Longest texts, which bound the cost of the rules: the API server refuses definitions that could cost too much. */
    static final int SUBNET_LENGTH = 64;

    static final int POOL_LENGTH = 128;
    static final int AGGREGATION_LENGTH = 16;

    static final String LACKS_SUBNET =
            "(!has(self.pool) && !has(self.subnet)) || (has(self.subnet) && self.subnet.trim() != '')";
    static final String LACKS_POOL =
            "(!has(self.pool) && !has(self.subnet)) || (has(self.pool) && self.pool.trim() != '')";
    static final String LACKS_WORDS = "is missing: pool and subnet belong together";

    private static final String SUBNET = "self.subnet.trim()";
    static final String SUBNET_READS = "!has(self.subnet) || " + SUBNET + " == '' || isCIDR(" + SUBNET + ")";
    private static final String SUBNET_ADDRESS = SUBNET + ".substring(0, " + SUBNET + ".indexOf('/'))";
    static final String SUBNET_READS_WORDS = "'\"' + self.subnet + '\" ' + (!self.subnet.contains('/')"
            + " ? 'has no prefix length: write address/length'"
            + " : !isIP(" + SUBNET_ADDRESS + ") ? 'does not begin with an IP address'"
            + " : " + SUBNET_ADDRESS + ".contains(':') ? 'has a bad prefix length: 0 to 128 for IPv6'"
            + " : 'has a bad prefix length: 0 to 32 for IPv4')";

    private static final String POOL = "self.pool.trim()";
    private static final String FIRST = "self.pool.substring(0, self.pool.indexOf('-')).trim()";
    private static final String LAST = "self.pool.substring(self.pool.indexOf('-') + 1).trim()";
    private static final String IS_RANGE = "(self.pool.contains('-') && isIP(" + FIRST + ") && isIP(" + LAST + "))";
    static final String POOL_READS =
            "!has(self.pool) || " + POOL + " == '' || isIP(" + POOL + ") || isCIDR(" + POOL + ") || " + IS_RANGE;
    private static final String NOT_A_RANGE =
            "is not a subnet (192.0.2.0/24), a range (192.0.2.1-192.0.2.9) or an address: write one list entry for each";
    static final String POOL_READS_WORDS = "'\"' + self.pool + '\" " + NOT_A_RANGE + "'";

    static final String ONE_FAMILY =
            "!has(self.pool) || !" + IS_RANGE + " || ip(" + FIRST + ").family() == ip(" + LAST + ").family()";
    static final String ONE_FAMILY_WORDS =
            "'\"' + self.pool + '\" mixes ' + (" + FIRST + ".contains(':') ? 'IPv6 and IPv4' : 'IPv4 and IPv6')";

    /** Turns {@code 10.0.0.1} into a number. */
    private static final String NUMBER =
            ".split('.').map(o, int(o))].map(o, ((o[0] * 256 + o[1]) * 256 + o[2]) * 256 + o[3])[0]";

    static final String IN_ORDER = "!has(self.pool) || self.pool.contains(':') || !" + IS_RANGE + " || [" + FIRST
            + NUMBER + " <= [" + LAST + NUMBER;
    static final String IN_ORDER_WORDS = "'\"' + self.pool + '\" starts after its end: write the lower address first'";

    /** A subnet with host bits starts at the written address, so that one shorter than the pool's may still fit: core decides. */
    // Not "!=": only for "==" the API server knows what it costs to compare subnets.
    static final String INSIDE = "!has(self.pool) || !has(self.subnet) || !isCIDR(" + SUBNET + ")"
            + " || (isIP(" + POOL + ") ? cidr(" + SUBNET + ").containsIP(" + POOL + ")"
            + " : isCIDR(" + POOL + ") ? cidr(" + SUBNET + ").containsIP(cidr(" + POOL + ").ip())"
            + " && (cidr(" + SUBNET + ").prefixLength() <= cidr(" + POOL + ").prefixLength()"
            + " || !(cidr(" + POOL + ") == cidr(" + POOL + ").masked()))"
            + " : !" + IS_RANGE + " || ip(" + FIRST + ").family() != ip(" + LAST + ").family()"
            + " || (cidr(" + SUBNET + ").containsIP(" + FIRST + ") && cidr(" + SUBNET + ").containsIP(" + LAST + ")))";

    static final String INSIDE_WORDS =
            "'\"' + self.pool + '\" is not inside its subnet ' + " + SUBNET + " + ': correct one of the two'";

    private static final String READS = "(isIP(" + POOL + ") || isCIDR(" + POOL + ") || " + IS_RANGE + ")";
    /** The first address of a pool of whatever form, and the last one but for a subnet's. */
    private static final String FROM = "self.pool.split('-')[0].split('/')[0].trim()";

    private static final String TO = "self.pool.substring(self.pool.indexOf('-') + 1).trim()";

    /** The first numbers of a pool's first and last IPv4 address; a subnet shorter than /8 spans many of them. */
    private static final String SPAN = "[[256, 128, 64, 32, 16, 8, 4, 2][cidr(" + POOL
            + ").prefixLength()]].map(n, (int(" + FROM + ".split('.')[0]) / n + 1) * n - 1)[0]";

    private static final String FIRST_NUMBER = "int(" + FROM + ".split('.')[0])";
    private static final String LAST_NUMBER = "(isCIDR(" + POOL + ") && cidr(" + POOL + ").prefixLength() < 8 ? " + SPAN
            + " : int(" + TO + ".split('.')[0]))";
    private static final String ZERO = FROM + " == '0.0.0.0'";
    private static final String LOOPBACK = FIRST_NUMBER + " <= 127 && " + LAST_NUMBER + " >= 127";
    private static final String MULTICAST = FIRST_NUMBER + " <= 239 && " + LAST_NUMBER + " >= 224";
    private static final String BROADCAST = "(isCIDR(" + POOL + ") ? cidr(" + POOL
            + ").containsIP('255.255.255.255') : " + TO + " == '255.255.255.255')";

    static final String USABLE_IPV4 = "!has(self.pool) || self.pool.contains(':') || !" + READS + " || !(" + ZERO
            + " || " + LOOPBACK + " || " + MULTICAST + " || " + BROADCAST + ")";
    static final String USABLE_IPV4_WORDS = "'\"' + self.pool + '\" contains ' + (" + ZERO
            + " ? 'the unspecified address 0.0.0.0' : " + LOOPBACK + " ? 'loopback addresses (127.0.0.0/8)' : "
            + MULTICAST + " ? 'multicast addresses (224.0.0.0/4)' : 'the limited broadcast address 255.255.255.255')"
            + " + ', which no Service can have: choose a range without'";

    /** Where a pool of whatever form begins or ends, seen from the blocks at the upper end of IPv6, which have no order here. */
    private static final String FROM_MULTICAST = "cidr('ff00::/8').containsIP(" + FROM + ")";

    private static final String TO_MULTICAST = "(isCIDR(" + POOL + ") ? cidr(" + POOL + ").containsIP('ff00::') || "
            + FROM_MULTICAST + " : cidr('ff00::/8').containsIP(" + TO + "))";
    private static final String TO_LINK_LOCAL = "(isCIDR(" + POOL + ") ? cidr(" + POOL + ").containsIP('fe80::')"
            + " || cidr('fe80::/9').containsIP(" + FROM + ") : cidr('fe80::/9').containsIP(" + TO + "))";
    private static final String LINK_LOCAL = "(" + TO_LINK_LOCAL + " || " + TO_MULTICAST
            + ") && !(cidr('fec0::/10').containsIP(" + FROM + ") || " + FROM_MULTICAST + ")";

    static final String USABLE_IPV6 = "!has(self.pool) || !self.pool.contains(':') || !" + READS
            + " || !(cidr('::/127').containsIP(" + FROM + ") || " + LINK_LOCAL + " || " + TO_MULTICAST + ")";
    static final String USABLE_IPV6_WORDS = "'\"' + self.pool + '\" contains ' + (cidr('::/128').containsIP(" + FROM
            + ") ? 'the unspecified address ::' : cidr('::1/128').containsIP(" + FROM
            + ") ? 'the loopback address ::1' : " + LINK_LOCAL
            + " ? 'link-local addresses (fe80::/10)' : 'multicast addresses (ff00::/8)')"
            + " + ', which no Service can have: choose a range without'";

    private static final String AGGREGATION = "self.aggregation.trim()";
    static final String AGGREGATION_READS = "!has(self.aggregation) || !has(self.pool) || " + AGGREGATION
            + " in ['', 'default'] || (self.pool.contains(':')"
            + " ? " + AGGREGATION + ".matches('^/([89]|[1-9][0-9]|1[01][0-9]|12[0-8])$')"
            + " : " + AGGREGATION + ".matches('^/([89]|[12][0-9]|3[0-2])$'))";
    static final String AGGREGATION_READS_WORDS =
            "'\"' + self.aggregation + '\" is not \"default\" or \"/8\" to ' + (self.pool.contains(':')"
                    + " ? '\"/128\" for IPv6' : '\"/32\" for IPv4')";

    static final String IPV4 = "self.pool.contains('.') || !self.pool.contains(':')";
    static final String IPV4_WORDS = "'\"' + self.pool + '\" is IPv6: move it to the pools of that family'";
    static final String IPV6 = "self.pool.contains(':') || !self.pool.contains('.')";
    static final String IPV6_WORDS = "'\"' + self.pool + '\" is IPv4: move it to the pools of that family'";

    /** A text that has a dot and a colon is a mixture, or an IPv6 address that ends as an IPv4 one. */
    static final String ALL_IPV4 = "self.all(p, p.pool.contains('.') || !p.pool.contains(':'))";

    static final String ALL_IPV4_WORDS = "'\"' + self.map(p, p.pool).filter(p, !p.contains('.') && p.contains(':'))[0]"
            + " + '\" is IPv6: move it to the pools of that family'";
    static final String ALL_IPV6 = "self.all(p, p.pool.contains(':') || !p.pool.contains('.'))";
    static final String ALL_IPV6_WORDS = "'\"' + self.map(p, p.pool).filter(p, !p.contains(':') && p.contains('.'))[0]"
            + " + '\" is IPv4: move it to the pools of that family'";

    private static final String AVOIDED = "isIP(a.trim()) || isCIDR(a.trim()) || (a.contains('-')"
            + " && isIP(a.substring(0, a.indexOf('-')).trim()) && isIP(a.substring(a.indexOf('-') + 1).trim()))";
    static final String AVOID_READS = "self.all(a, " + AVOIDED + ")";
    static final String AVOID_READS_WORDS = "'\"' + self.filter(a, !(" + AVOIDED + "))[0] + '\" " + NOT_A_RANGE + "'";

    private PoolRules() {}
}
