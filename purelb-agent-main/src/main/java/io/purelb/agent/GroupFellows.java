package io.purelb.agent;

import io.purelb.core.AgentMessage;
import io.purelb.core.Membership;
import io.purelb.core.Membership.Member;
import io.purelb.election.Group;
import io.purelb.election.GroupListener;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The other agents by the election group, once it was joined.
 */
final class GroupFellows implements Fellows, GroupListener {
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

    /** The group is being left: until another one is joined nobody hears anything. */
    synchronized void left() {
        group.set(Optional.empty());
    }

    @Override
    public synchronized void publish(Member member) {
        self.set(Optional.of(member));
        group.get().ifPresent(joined -> joined.publish(member));
    }

    @Override
    public void send(AgentMessage message) {
        byte[] bytes = message.encode();
        group.get()
                .ifPresent(joined ->
                        message.to().ifPresentOrElse(node -> joined.send(node, bytes), () -> joined.send(bytes)));
    }

    @Override
    public void membershipChanged(Membership membership) {
        thread.post((loop, now) -> loop.membership(now, membership));
    }

    @Override
    public void messageReceived(String node, byte[] message) {
        AgentMessage.decode(message).ifPresent(said -> thread.post((loop, now) -> loop.said(now, node, said)));
    }
}
