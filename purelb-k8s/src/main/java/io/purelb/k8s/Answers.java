package io.purelb.k8s;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sees the answers of the API server before the client does. An answer that falls silent is given up, so that a connection
 * that died without a word is noticed; one that says when to come again is held back until then, so that nobody comes
 * sooner.
 */
final class Answers implements Interceptor {
    private static final String RETRY_AFTER = "Retry-After";

    private final Duration watches;
    private final Duration others;

    /**
     * @param watches how long a watch may say nothing
     * @param others how long any other answer may pause, and the longest that one is held back
     */
    Answers(Duration watches, Duration others) {
        this.watches = watches;
        this.others = watches.compareTo(others) < 0 ? watches : others;
    }

    private static boolean isWatch(HttpRequest request) {
        String query = request.uri().getRawQuery();
        return query != null && query.contains("watch=true");
    }

    /** A watch is answered at once; by itself the client would wait for that as long as for its events. */
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        if (isWatch(request) && builder instanceof HttpRequest.Builder whole) {
            whole.timeout(others.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    @Override
    public AsyncBody.Consumer<List<ByteBuffer>> consumer(
            AsyncBody.Consumer<List<ByteBuffer>> consumer, HttpRequest request) {
        return isWatch(request) ? new Answer(new AsciiLines(consumer), watches) : new Answer(consumer, others);
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        if (consumer instanceof Answer answer && response.body() instanceof AsyncBody body) {
            answer.awaitMore(body);
        }
    }

    @Override
    public CompletableFuture<Boolean> afterFailure(BasicBuilder builder, HttpResponse<?> response, RequestTags tags) {
        CompletableFuture<Boolean> noOtherRequest = CompletableFuture.completedFuture(false);
        return pause(response)
                .map(pause -> noOtherRequest.thenApplyAsync(no -> no, later(pause)))
                .orElse(noOtherRequest);
    }

    private Optional<Duration> pause(HttpResponse<?> response) {
        try {
            return Optional.ofNullable(response.header(RETRY_AFTER))
                    .map(Long::parseLong)
                    .map(Duration::ofSeconds)
                    .map(pause -> pause.compareTo(others) < 0 ? pause : others);
        } catch (NumberFormatException date) {
            return Optional.empty();
        }
    }

    private static Executor later(Duration delay) {
        return CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, Runnable::run);
    }

    /** One answer, while it comes in. */
    private static final class Answer implements AsyncBody.Consumer<List<ByteBuffer>> {
        private final AsyncBody.Consumer<List<ByteBuffer>> reader;
        private final Duration limit;
        private volatile long heard = System.nanoTime();

        private Answer(AsyncBody.Consumer<List<ByteBuffer>> reader, Duration limit) {
            this.reader = reader;
            this.limit = limit;
        }

        @Override
        public void consume(List<ByteBuffer> bytes, AsyncBody body) throws Exception {
            heard = System.nanoTime();
            reader.consume(bytes, body);
        }

        private void awaitMore(AsyncBody body) {
            long left = limit.toNanos() - (System.nanoTime() - heard);
            // Of a copy: the answer itself must not end by the timeout, and a timeout that is not needed any more goes.
            CompletableFuture<Void> unused = body.done()
                    .copy()
                    .orTimeout(Math.max(left, 1), TimeUnit.NANOSECONDS)
                    .whenComplete((done, fault) -> {
                        if (fault instanceof TimeoutException) {
                            if (System.nanoTime() - heard >= limit.toNanos()) {
                                body.cancel();
                            } else {
                                awaitMore(body);
                            }
                        }
                    });
        }
    }
}
