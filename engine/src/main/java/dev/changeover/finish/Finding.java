package dev.changeover.finish;

import java.util.List;

/**
 * A step and how far it is. {@code sql} are the statements left; {@code reason} says why it is blocked, or what to know;
 * {@code examples} are mongo_ids of documents that are the cause.
 */
public record Finding(Step step, State state, String reason, List<String> sql, List<String> examples) {
    public Finding {
        sql = List.copyOf(sql);
        examples = List.copyOf(examples);
    }

    /** What can be done about a step now. */
    public enum State {
        DONE,
        READY,
        /** The rows, or something else, do not allow it. */
        BLOCKED,
        /** It could be done; an option must ask for it. */
        ON_REQUEST;

        /** Whether somebody has still to do something. */
        public boolean isLeft() {
            return this == READY || this == BLOCKED;
        }
    }

    Finding now(State now, String why) {
        return new Finding(
                step, now, why, now == State.DONE ? List.of() : sql, now == State.DONE ? List.of() : examples);
    }
}
