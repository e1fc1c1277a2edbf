package io.purelb.agent;

import io.purelb.core.IpAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What was asked for lately, at a cost that does not depend on how much that is. One thread asks, any may look. Times are
 * those of {@link System#nanoTime}.
 */
final class RecentQuestions {
    private record Question(IpAddress address, long at) {}

    private final long interest;
    private final Map<IpAddress, Long> latest = new ConcurrentHashMap<>();
    private final Deque<Question> all = new ArrayDeque<>();

    /** Remembers each question for so many nanoseconds. */
    RecentQuestions(long interest) {
        this.interest = interest;
    }

    void ask(IpAddress address, long now) {
        while (!all.isEmpty() && now - all.getFirst().at() > interest) {
            Question oldest = all.removeFirst();
            latest.remove(oldest.address(), oldest.at());
        }
        all.addLast(new Question(address, now));
        latest.put(address, now);
    }

    boolean isRecent(IpAddress address, long now) {
        Long at = latest.get(address);
        return at != null && now - at < interest;
    }

    /** How many addresses are remembered. */
    int size() {
        return latest.size();
    }
}
