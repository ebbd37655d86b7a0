package dev.changeover.router;

import java.util.concurrent.atomic.AtomicReference;

/**
 * What one caller must find again: its writes, and what it has read on MongoDB. Each thread has one of its own unless
 * another is bound to it; a user's session that moves between threads or instances takes its along, as text. Thread-safe.
 */
public final class Causality {
    private static final ThreadLocal<Causality> BOUND = ThreadLocal.withInitial(Causality::new);

    private final AtomicReference<Token> token;

    /** Of a caller that has seen nothing yet. */
    public Causality() {
        this(Token.NONE);
    }

    private Causality(Token token) {
        this.token = new AtomicReference<>(token);
    }

    /** The one that calls of this thread go by. */
    public static Causality current() {
        return BOUND.get();
    }

    /** From what {@link #text} gave, here or in another instance; refuses anything else. */
    public static Causality of(String text) {
        return new Causality(Token.parse(text));
    }

    /** For a header or a cookie: digits and a dash. It is a hint: a false one costs time, never a wrong answer. */
    public String text() {
        return token.get().text();
    }

    /** Takes over what another caller has seen. */
    public void join(Causality other) {
        note(other.token());
    }

    /** Lets calls of this thread go by this one until closed, in the same thread. */
    public Binding bind() {
        Causality before = BOUND.get();
        BOUND.set(this);
        return () -> BOUND.set(before);
    }

    /** Undone by closing. */
    @FunctionalInterface
    public interface Binding extends AutoCloseable {
        @Override
        void close();
    }

    Token token() {
        return token.get();
    }

    void note(Token seen) {
        Token before = token.get();
        if (!before.and(seen).equals(before)) {
            token.accumulateAndGet(seen, Token::and);
        }
    }
}
