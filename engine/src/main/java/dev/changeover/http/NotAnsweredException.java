package dev.changeover.http;

/** The answer is an error of HTTP; {@code remedy} says what to do. */
final class NotAnsweredException extends RuntimeException {
    private static final long serialVersionUID = 1;

    final int status;
    final String remedy;

    NotAnsweredException(int status, String error, String remedy) {
        super(error);
        this.status = status;
        this.remedy = remedy;
    }

    static NotAnsweredException wrong(String error, String remedy) {
        return new NotAnsweredException(400, error, remedy);
    }
}
