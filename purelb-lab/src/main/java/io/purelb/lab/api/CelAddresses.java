package io.purelb.lab.api;

import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What rules may do with addresses and subnets, which are values of their own in Kubernetes' expressions. */
final class CelAddresses {
    private CelAddresses() {}

    static IpAddress ip(String text) {
        return address(text)
                .orElseThrow(() -> CelException.failed(
                        "IP Address \"" + text + "\" parse error during conversion from string: ParseAddr(\"" + text
                                + "\"): unable to parse IP"));
    }

    static Subnet cidr(String text) {
        return subnet(text)
                .orElseThrow(() -> CelException.failed("network address parse error during conversion from string:"
                        + " netip.ParsePrefix(\"" + text + "\"): no '/'"));
    }

    /** The value of a method of an address or subnet. */
    static Object method(Object target, String name, List<@Nullable Object> arguments) {
        if (target instanceof IpAddress address && name.equals("family")) {
            return address.family() == IpFamily.IPV4 ? 4L : 6L;
        } else if (target instanceof Subnet subnet) {
            return ofSubnet(subnet, name, arguments);
        }
        throw CelValues.noOverload();
    }

    private static Object ofSubnet(Subnet subnet, String name, List<@Nullable Object> arguments) {
        return switch (name) {
            case "ip" -> subnet.address();
            case "prefixLength" -> (long) subnet.prefixLength();
            case "masked" -> new Subnet(subnet.first(), subnet.prefixLength());
            case "containsIP" ->
                subnet.contains(
                        arguments.get(0) instanceof IpAddress ip ? ip : ip(CelFunctions.text(arguments.get(0))));
            case "containsCIDR" -> {
                Subnet other = arguments.get(0) instanceof Subnet s ? s : cidr(CelFunctions.text(arguments.get(0)));
                yield subnet.prefixLength() <= other.prefixLength() && subnet.contains(other.first());
            }
            default -> throw CelValues.noOverload();
        };
    }

    /** As the real server: no zones, no IPv4 in the clothes of IPv6. */
    static Optional<IpAddress> address(String text) {
        boolean mapped = text.toLowerCase(Locale.ROOT).startsWith("::ffff:") && text.contains(".");
        return mapped ? Optional.empty() : IpAddress.tryParse(text).filter(address -> text.equals(text.strip()));
    }

    static Optional<Subnet> subnet(String text) {
        int slash = text.indexOf('/');
        boolean plain = slash > 0
                && address(text.substring(0, slash)).isPresent()
                && text.substring(slash + 1).matches("0|[1-9]\\d{0,2}");
        return plain ? Subnet.tryParse(text) : Optional.empty();
    }
}
