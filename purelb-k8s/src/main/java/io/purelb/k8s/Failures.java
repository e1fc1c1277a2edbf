package io.purelb.k8s;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Objects;

/** What went wrong with a request to the API server. */
public final class Failures {
    private static final int TOO_MANY_REQUESTS = 429;

    private Failures() {}

    /** Whether the object was changed by someone else since it was read (409): read again, decide again. */
    public static boolean isStale(KubernetesClientException fault) {
        return fault.getCode() == HttpURLConnection.HTTP_CONFLICT;
    }

    /** Whether the object is gone (404). */
    public static boolean isGone(KubernetesClientException fault) {
        return fault.getCode() == HttpURLConnection.HTTP_NOT_FOUND;
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

    /** One line for a log: the innermost cause for a connection that failed, the server's words otherwise. */
    public static String describe(Throwable fault) {
        Throwable cause = fault;
        while (cause.getCause() != null && !isAnswer(cause)) {
            cause = cause.getCause();
        }
        String message =
                Objects.requireNonNullElse(cause.getMessage(), cause.getClass().getSimpleName());
        return message.lines().findFirst().orElse(message);
    }

    private static boolean isAnswer(Throwable fault) {
        return fault instanceof KubernetesClientException answered && answered.getCode() != 0;
    }
}
