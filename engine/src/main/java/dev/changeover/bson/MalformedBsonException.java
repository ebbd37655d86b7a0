package dev.changeover.bson;

/** The bytes are not BSON. */
public final class MalformedBsonException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public MalformedBsonException(String message) {
        super(message);
    }
}
