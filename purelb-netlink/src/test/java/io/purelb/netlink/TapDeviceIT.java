package io.purelb.netlink;

import static io.purelb.core.testkit.Patience.LIMIT;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.purelb.core.IpAddress;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Frames between the kernel and this process. */
final class TapDeviceIT {
    private static final IpAddress ADDRESS = IpAddress.parse("10.0.0.1");

    @Test
    void framesPassInBothDirectionsUntilTheLinkIsDeleted() throws Exception {
        try (Wire wire = new Wire();
                TapDevice one = Wire.in(wire.near, () -> TapDevice.create("tap-a"));
                TapDevice other = Wire.in(wire.near, () -> TapDevice.create("tap-b"));
                NeighborSocket sender = opened(wire, "tap-a");
                NeighborSocket receiver = opened(wire, "tap-b")) {
            sender.probe(ADDRESS);
            other.write(probe(one));
            assertEquals(
                    List.of(new NeighborSighting(ADDRESS, sender.link().mac(), NeighborSighting.Kind.PROBES)),
                    receiver.await(LIMIT));
            Wire.ip(wire.near, "link del tap-a");
            Optional<ByteBuffer> last = one.read();
            while (last.isPresent()) {
                last = one.read();
            }
        }
    }

    private static NeighborSocket opened(Wire wire, String name) throws Exception {
        Wire.ip(wire.near, "link set " + name + " up");
        return Wire.in(wire.near, () -> {
            try (Netlink kernel = Netlink.open()) {
                return NeighborSocket.open(kernel.link(name).orElseThrow());
            }
        });
    }

    /** The first ARP frame: IPv6 says something by itself on a new link. */
    private static ByteBuffer probe(TapDevice tap) {
        ByteBuffer frame = tap.read().orElseThrow();
        while (ArpFrame.decode(frame).isEmpty()) {
            frame = tap.read().orElseThrow();
        }
        return frame;
    }
}
