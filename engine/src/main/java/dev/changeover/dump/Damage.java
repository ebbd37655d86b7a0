package dev.changeover.dump;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.source.DamagedException;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Says what is wrong with a file, and where. */
final class Damage {
    private Damage() {}

    /** {@code place} is that of the first document that cannot be read, {@code where} the same for a person. */
    static DamagedException at(long place, String file, String where, String what, @Nullable Throwable cause) {
        return new DamagedException(
                Places.edge(place),
                new FailedException(
                        new Failure.Refused(
                                "read " + file,
                                "at " + where + ": " + what,
                                "What is before it is kept. Make the dump anew, or bring the file here again, and begin"
                                        + " with: changeover run --start-over"),
                        cause));
    }

    /** Closes what was read. */
    static void close(Closeable read, String file) {
        try {
            read.close();
        } catch (IOException e) {
            throw unreadable(file, "cannot be closed: " + e.getMessage(), e);
        }
    }

    static FailedException unreadable(String file, String what, @Nullable Throwable cause) {
        return new FailedException(
                new Failure.WrongUse("read " + file, what, "Check the path that was given with --from."), cause);
    }
}
