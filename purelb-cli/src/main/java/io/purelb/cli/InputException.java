package io.purelb.cli;

/** The user's input cannot be used; the message is the whole sentence to tell, and the exit code is 1. */
final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    InputException(String message) {
        super(message);
    }
}
