package dev.changeover.cli;

import dev.changeover.Failure;

/** The one place where a failure becomes an exit code. */
enum ExitCode {
    DONE(0),
    DIFFERENCES(1),
    WRONG_USE(2),
    UNREACHABLE(3),
    REFUSED(4),
    BUG(70);

    final int value;

    ExitCode(int value) {
        this.value = value;
    }

    static ExitCode of(Failure failure) {
        return switch (failure) {
            case Failure.Transient ignored -> UNREACHABLE;
            case Failure.Unreachable ignored -> UNREACHABLE;
            case Failure.WrongUse ignored -> WRONG_USE;
            case Failure.Refused ignored -> REFUSED;
            case Failure.Broken ignored -> BUG;
        };
    }
}
