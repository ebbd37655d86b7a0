package dev.changeover;

import java.time.Duration;

/** Why a step ended, sorted by what to do next. The sorting is done once, where the driver's error is caught. */
public sealed interface Failure {
    /** What was being done, on what: {@code "copy chunk 3 of shop.orders"}. */
    String during();

    /** What happened, in a line. */
    String reason();

    /** Worth another try by itself: an election, a lost connection, a serialization failure. */
    record Transient(String during, String reason, Duration pause) implements Failure {}

    /** A database cannot be reached at all. */
    record Unreachable(String during, String reason, String remedy) implements Failure {}

    /** The person asked for something that cannot be: a wrong option, a wrong file. */
    record WrongUse(String during, String reason, String remedy) implements Failure {}

    /** Stopped for safety; a person must act, and {@code remedy} says how. */
    record Refused(String during, String reason, String remedy) implements Failure {}

    /** An invariant does not hold: stop at once, commit nothing. */
    record Broken(String during, String reason) implements Failure {}
}
