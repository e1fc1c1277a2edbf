package io.purelb.netlink;

import io.purelb.netlink.NetlinkException.Operation;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;

/** Opens AF_PACKET sockets that send and receive whole frames of one protocol on one link (packet(7)). */
final class PacketSocket {
    static final int ETH_P_ARP = 0x0806;
    static final int ETH_P_IPV6 = 0x86dd;

    private static final int AF_PACKET = 17;
    private static final int SO_ATTACH_FILTER = 26;

    // Classic BPF of linux/bpf_common.h
    private static final int LOAD_BYTE = 0x30; // BPF_LD | BPF_B | BPF_ABS
    private static final int JUMP_IF_EQUAL = 0x15; // BPF_JMP | BPF_JEQ | BPF_K
    private static final int RETURN = 0x06; // BPF_RET | BPF_K
    private static final int WHOLE_FRAME = 0x40000;

    /** Passes neighbour solicitations and advertisements only: the socket would see all IPv6 traffic of the node. */
    private static final int[][] NEIGHBOR_DISCOVERY = {
        // code, jump if true, jump if false, operand
        {LOAD_BYTE, 0, 0, NdpFrame.ETHERNET_HEADER + 6}, // next header
        {JUMP_IF_EQUAL, 0, 6, NdpFrame.NEXT_HEADER_ICMPV6},
        {LOAD_BYTE, 0, 0, NdpFrame.ETHERNET_HEADER + 7}, // hop limit
        {JUMP_IF_EQUAL, 0, 4, NdpFrame.HOP_LIMIT},
        {LOAD_BYTE, 0, 0, NdpFrame.ETHERNET_HEADER + NdpFrame.IPV6_HEADER}, // ICMPv6 type
        {JUMP_IF_EQUAL, 1, 0, NdpFrame.SOLICITATION},
        {JUMP_IF_EQUAL, 0, 1, NdpFrame.ADVERTISEMENT},
        {RETURN, 0, 0, WHOLE_FRAME},
        {RETURN, 0, 0, 0},
    };

    private static final Pointer PROGRAM = program();

    private PacketSocket() {}

    /** The descriptor of a socket that sees what arrives on the link, but not what this host sends. */
    static int open(Link link, int protocol) {
        // With protocol 0 it receives nothing before it is bound, and so nothing of other links or unfiltered.
        int fd = Libc.socket(AF_PACKET, Libc.SOCK_RAW, 0);
        if (fd < 0) {
            throw new NetlinkException(Operation.OPEN_SOCKET, -fd, "packet socket on " + link.name());
        }
        int result = protocol == ETH_P_IPV6 ? filter(fd) : 0;
        if (result >= 0) {
            result = Libc.bind(fd, linkLayerAddress(link.index(), protocol));
        }
        if (result < 0) {
            Libc.close(fd);
            throw new NetlinkException(Operation.OPEN_SOCKET, -result, "packet socket on " + link.name());
        }
        return fd;
    }

    /** struct sockaddr_ll, whose protocol is in network order. */
    private static ByteBuffer linkLayerAddress(int ifindex, int protocol) {
        ByteBuffer address = Libc.buffer(20);
        address.putShort(0, (short) AF_PACKET).putInt(4, ifindex);
        address.order(ByteOrder.BIG_ENDIAN).putShort(2, (short) protocol);
        return address;
    }

    private static int filter(int fd) {
        // struct sock_fprog: count, padding, address
        ByteBuffer value = Libc.buffer(16).putShort(0, (short) NEIGHBOR_DISCOVERY.length);
        return Libc.setOption(fd, Libc.SOL_SOCKET, SO_ATTACH_FILTER, value.putLong(8, PROGRAM.address()));
    }

    /** An array of struct sock_filter. */
    private static Pointer program() {
        Pointer program = Runtime.getSystemRuntime().getMemoryManager().allocateDirect(NEIGHBOR_DISCOVERY.length * 8);
        for (int i = 0; i < NEIGHBOR_DISCOVERY.length; i++) {
            int[] instruction = NEIGHBOR_DISCOVERY[i];
            program.putShort(i * 8L, (short) instruction[0]);
            program.putByte(i * 8L + 2, (byte) instruction[1]);
            program.putByte(i * 8L + 3, (byte) instruction[2]);
            program.putInt(i * 8L + 4, instruction[3]);
        }
        return program;
    }
}
