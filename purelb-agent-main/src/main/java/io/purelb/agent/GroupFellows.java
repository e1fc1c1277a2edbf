package io.purelb.agent;

import io.purelb.core.IpAddress;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.election.Group;
import io.purelb.election.GroupListener;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The other agents by the election group, once it was joined. A message is one letter and an address as text; others come
 * from later versions and are ignored.
 */
final class GroupFellows implements Fellows, GroupListener {
    private static final char RELEASED = 'R';
    private static final char WHO_HOLDS = 'W';
    private static final char DOES_NOT_HOLD = 'N';

    private final AgentThread thread;
    private final AtomicReference<Optional<Group>> group = new AtomicReference<>(Optional.empty());
    private final AtomicReference<Optional<Member>> self = new AtomicReference<>(Optional.empty());

    GroupFellows(AgentThread thread) {
        this.thread = thread;
    }

    /** The group was joined. Excludes {@link #publish}, so that what is older is never published last. */
    synchronized void joined(Group joined) {
        group.set(Optional.of(joined));
        self.get().ifPresent(joined::publish);
    }

    @Override
    public synchronized void publish(Member member) {
        self.set(Optional.of(member));
        group.get().ifPresent(joined -> joined.publish(member));
    }

    @Override
    public void released(IpAddress address) {
        send(RELEASED, address);
    }

    @Override
    public void whoHolds(IpAddress address) {
        send(WHO_HOLDS, address);
    }

    @Override
    public void doesNotHold(IpAddress address) {
        send(DOES_NOT_HOLD, address);
    }

    private void send(char kind, IpAddress address) {
        byte[] message = (kind + address.toString()).getBytes(StandardCharsets.US_ASCII);
        group.get().ifPresent(joined -> joined.send(message));
    }

    @Override
    public void membershipChanged(Membership membership) {
        thread.post((loop, now) -> loop.membership(now, membership));
    }

    @Override
    public void messageReceived(String node, byte[] message) {
        String text = new String(message, StandardCharsets.US_ASCII);
        if (text.isEmpty()) {
            return;
        }
        IpAddress.tryParse(text.substring(1)).ifPresent(address -> {
            switch (text.charAt(0)) {
                case RELEASED -> thread.post((loop, now) -> loop.released(now, address));
                case WHO_HOLDS -> thread.post((loop, now) -> loop.asked(address));
                case DOES_NOT_HOLD -> thread.post((loop, now) -> loop.doesNotHold(now, node, address));
                default -> {
                    // From a later version.
                }
            }
        });
    }
}
