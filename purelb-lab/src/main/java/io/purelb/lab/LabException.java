package io.purelb.lab;

/** Why the lab cannot start or go on: one sentence for the person who started it, with the remedy. */
public final class LabException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param sentence what went wrong, naming the object, and what to do */
    public LabException(String sentence) {
        super(sentence);
    }

    /**
     * @param sentence what went wrong, naming the object, and what to do
     * @param cause what the system said
     */
    public LabException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
