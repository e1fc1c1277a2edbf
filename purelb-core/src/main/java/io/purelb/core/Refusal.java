package io.purelb.core;

/**
 * Why a Service does not get what it asks for.
 *
 * @param reason the kind of refusal
 * @param message a sentence that names what was asked, what blocks it and what to do
 */
public record Refusal(Reason reason, String message) {
    public Refusal {
        message = UserText.escaped(message);
    }

    /** {@code EXHAUSTED: ServiceGroup "default" has no ...}. */
    @Override
    public String toString() {
        return reason + ": " + message;
    }
}
