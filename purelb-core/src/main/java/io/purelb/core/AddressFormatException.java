package io.purelb.core;

/** Text that does not say what it should: carries the text, the position of the fault (from 0) and the reason. */
public final class AddressFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String text;
    private final int position;
    private final String reason;

    AddressFormatException(String text, int position, String reason) {
        super(UserText.quoted(text) + " " + reason + (position > 0 ? " (at position " + position + ")" : ""));
        this.text = text;
        this.position = position;
        this.reason = reason;
    }

    /** The whole text that was read. */
    public String text() {
        return text;
    }

    /** Index of the first character that is wrong. */
    public int position() {
        return position;
    }

    /** What is wrong, as the rest of a sentence that begins with the text. */
    public String reason() {
        return reason;
    }
}
