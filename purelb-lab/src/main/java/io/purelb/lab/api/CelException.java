package io.purelb.lab.api;

/** An expression that cannot be read or that ends in an error. */
final class CelException extends RuntimeException {
    private CelException(String message) {
        super(message);
    }

    /** The expression uses what this server does not know, or is none. */
    static CelException syntax(String what) {
        return new CelException("this lab API server does not imitate " + what + " in rules");
    }

    /** The evaluation failed, in the words of the language. */
    static CelException failed(String why) {
        return new CelException(why);
    }
}
