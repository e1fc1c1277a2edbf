package io.purelb.process;

/** The process cannot run the way it was started; the message is one sentence that says what to change. Exit code 2. */
public final class StartException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** A failure that needs no further explanation. */
    public StartException(String sentence) {
        super(sentence);
    }

    /** A failure with the exception that it came from, for tests and debuggers; users see only the sentence. */
    public StartException(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
