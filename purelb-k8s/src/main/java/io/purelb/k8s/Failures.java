package io.purelb.k8s;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.channels.ClosedChannelException;
import java.util.Objects;
import java.util.concurrent.CancellationException;

/** What went wrong with a request to the API server. */
public final class Failures {
    private static final int TOO_MANY_REQUESTS = 429;
    static final int GONE = 410;

    private Failures() {}

    /** Whether the object was changed by someone else since it was read (409): read again, decide again. */
    public static boolean isStale(KubernetesClientException fault) {
        return fault.getCode() == HttpURLConnection.HTTP_CONFLICT;
    }

    /** Whether the object is gone (404). */
    public static boolean isGone(KubernetesClientException fault) {
        return fault.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
    }

    /** Whether the server has forgotten the version that was asked for (410): list again. */
    static boolean isGoneForGood(KubernetesClientException fault) {
        return fault.getCode() == GONE;
    }

    /** Whether the same request can never succeed: any 4xx other than 408, 409 and 429. */
    public static boolean isFinal(KubernetesClientException fault) {
        int code = fault.getCode();
        return code >= 400
                && code < 500
                && code != HttpURLConnection.HTTP_CLIENT_TIMEOUT
                && code != HttpURLConnection.HTTP_CONFLICT
                && code != TOO_MANY_REQUESTS;
    }

    /** Whether the request may have been carried out, or may still be: no answer, or one that leaves it open. */
    public static boolean isUncertain(KubernetesClientException fault) {
        int code = fault.getCode();
        return !(fault instanceof WriteRefusedException)
                && (code < 400 || code >= 500 || code == HttpURLConnection.HTTP_CLIENT_TIMEOUT);
    }

    /** Whether no whole answer came: nobody listens, a time ran out, the connection broke, or an answer fell silent. */
    public static boolean isUnanswered(Throwable fault) {
        Throwable cause = innermost(fault);
        return cause instanceof IOException || cause instanceof CancellationException;
    }

    /** One line for a log: the server's words, or why there are none. */
    public static String describe(Throwable fault) {
        Throwable cause = innermost(fault);
        if (cause instanceof KubernetesClientException answered
                && answered.getStatus() != null
                && answered.getStatus().getMessage() != null) {
            return answered.getStatus().getMessage() + " (" + answered.getCode() + ")";
        }
        // The JDK's client says "connection refused" by an exception without a message.
        if (cause instanceof ClosedChannelException) {
            return "connection refused or closed";
        }
        if (cause instanceof CancellationException) {
            return "the answer fell silent and was given up";
        }
        String message =
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
        return message.lines().findFirst().orElse(message);
    }

    private static Throwable innermost(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null && !isAnswer(cause)) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static boolean isAnswer(Throwable fault) {
        return fault instanceof KubernetesClientException answered && answered.getCode() > 0;
    }
}
