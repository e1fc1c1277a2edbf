package io.purelb.netlink;

import io.purelb.core.IpAddress;
import io.purelb.core.IpFamily;
import io.purelb.core.Subnet;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/** Address messages: {@code struct ifaddrmsg} and IFA_* of linux/if_addr.h. */
final class AddressCodec {
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    private static final int RTM_GETADDR = 22;

    private static final int IFA_ADDRESS = 1;
    private static final int IFA_LOCAL = 2;
    private static final int IFA_BROADCAST = 4;
    private static final int IFA_CACHEINFO = 6;
    private static final int IFA_FLAGS = 8;
    private static final int IFA_RT_PRIORITY = 9;
    private static final int IFA_PROTO = 11;

    private static final int IFA_F_NODAD = 0x02;
    private static final int IFA_F_NOPREFIXROUTE = 0x200;

    private static final int HEADER = 8;

    private AddressCodec() {}

    static Request list(IpFamily family) {
        return header(RTM_GETADDR, Request.NLM_F_DUMP, number(family), 0, 0, 0);
    }

    /** Adds, or sets the lifetimes and flags of an address that is there. */
    static Request add(NewAddress wanted) {
        Subnet subnet = wanted.address();
        int flags = (wanted.noDad() ? IFA_F_NODAD : 0) | (wanted.noPrefixRoute() ? IFA_F_NOPREFIXROUTE : 0);
        int mode = Request.NLM_F_ACK | Request.NLM_F_CREATE | Request.NLM_F_REPLACE;
        Request request = header(RTM_NEWADDR, mode, subnet, flags, wanted.ifindex());
        if (subnet.family() == IpFamily.IPV4 && subnet.prefixLength() < 31) {
            request.attribute(IFA_BROADCAST, subnet.last().toBytes());
        }
        if (flags > 0xff) {
            request.attribute(IFA_FLAGS, flags);
        }
        if (wanted.protocol() != 0) {
            request.attribute(IFA_PROTO, new byte[] {(byte) wanted.protocol()});
        }
        if (wanted.validLifetime() != NewAddress.FOREVER || wanted.preferredLifetime() != NewAddress.FOREVER) {
            // struct ifa_cacheinfo: preferred, valid, and two time stamps the kernel ignores
            ByteBuffer lifetimes = ByteBuffer.allocate(16).order(ByteOrder.nativeOrder());
            lifetimes.putInt((int) wanted.preferredLifetime()).putInt((int) wanted.validLifetime());
            request.attribute(IFA_CACHEINFO, lifetimes.array());
        }
        return request;
    }

    static Request delete(int ifindex, Subnet subnet) {
        return header(RTM_DELADDR, Request.NLM_F_ACK, subnet, 0, ifindex);
    }

    private static Request header(int type, int mode, Subnet subnet, int flags, int ifindex) {
        byte[] address = subnet.address().toBytes();
        return header(type, mode, number(subnet.family()), subnet.prefixLength(), flags, ifindex)
                .attribute(IFA_LOCAL, address)
                .attribute(IFA_ADDRESS, address);
    }

    private static Request header(int type, int mode, int family, int prefixLength, int flags, int ifindex) {
        return new Request(type, mode)
                .u8(family)
                .u8(prefixLength)
                .u8(flags)
                .u8(0)
                .u32(ifindex);
    }

    /** The address that a message of the watch is about; empty for messages about anything else. */
    static Optional<Address> heard(Message message) {
        if ((message.type() != RTM_NEWADDR && message.type() != RTM_DELADDR)
                || message.payload().limit() < HEADER) {
            return Optional.empty();
        }
        return message.payload().get(0) == number(IpFamily.IPV4)
                ? read(message, IpFamily.IPV4)
                : read(message, IpFamily.IPV6);
    }

    static Optional<Address> decode(Message message, IpFamily family) {
        return message.type() == RTM_NEWADDR ? read(message, family) : Optional.empty();
    }

    private static Optional<Address> read(Message message, IpFamily family) {
        ByteBuffer payload = message.payload();
        Attributes attributes = Attributes.of(payload, HEADER);
        if (payload.get(0) != number(family)) {
            return Optional.empty(); // a kernel without this family lists all it has
        }
        // IFA_LOCAL is the interface's own address where IFA_ADDRESS is the other end's; IPv6 sends it only then.
        int own = attributes.has(IFA_LOCAL) ? IFA_LOCAL : IFA_ADDRESS;
        Optional<IpAddress> address = attributes.find(own).map(value -> address(family, value, own));
        if (address.isEmpty()) {
            return Optional.empty();
        }
        Optional<ByteBuffer> lifetimes =
                attributes.find(IFA_CACHEINFO).map(value -> Attributes.need(value, 8, IFA_CACHEINFO));
        return Optional.of(new Address(
                payload.getInt(4),
                subnet(address.get(), payload.get(1) & 0xff),
                attributes.u32(IFA_FLAGS).orElse(payload.get(2) & 0xff),
                payload.get(3) & 0xff,
                lifetimes.map(value -> Integer.toUnsignedLong(value.getInt(4))).orElse(NewAddress.FOREVER),
                lifetimes.map(value -> Integer.toUnsignedLong(value.getInt(0))).orElse(NewAddress.FOREVER),
                attributes.u8(IFA_PROTO).orElse(0),
                Integer.toUnsignedLong(attributes.u32(IFA_RT_PRIORITY).orElse(0))));
    }

    /** The kernel's number of the family. */
    static int number(IpFamily family) {
        return family == IpFamily.IPV4 ? Libc.AF_INET : Libc.AF_INET6;
    }

    /** The address in an attribute; an IPv4-mapped IPv6 address stays IPv6, as it is in the kernel. */
    static IpAddress address(IpFamily family, ByteBuffer value, int type) {
        ByteBuffer bytes =
                Attributes.need(value, family.bits() / 8, type).duplicate().order(ByteOrder.BIG_ENDIAN);
        return family == IpFamily.IPV4
                ? new IpAddress(family, 0, Integer.toUnsignedLong(bytes.getInt(0)))
                : new IpAddress(family, bytes.getLong(0), bytes.getLong(8));
    }

    static Subnet subnet(IpAddress address, int prefixLength) {
        if (prefixLength > address.family().bits()) {
            throw new MalformedMessageException("prefix length " + prefixLength + " of " + address);
        }
        return new Subnet(address, prefixLength);
    }
}
