package dev.changeover.mongo;

import com.mongodb.MongoClientException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoConfigurationException;
import com.mongodb.MongoConnectionPoolClearedException;
import com.mongodb.MongoException;
import com.mongodb.MongoInterruptedException;
import com.mongodb.MongoSecurityException;
import com.mongodb.MongoServerUnavailableException;
import com.mongodb.MongoSocketException;
import com.mongodb.MongoTimeoutException;
import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Sorts the driver's errors by what to do next. Codes are those of the server's src/mongo/base/error_codes.yml, 8000 is
 * what Atlas's proxy answers.
 */
final class Failures {
    /** InvalidOptions: of a read at an instant, that the member has not heard of that instant yet, as after an election. */
    static final int NOT_YET = 72;

    /** A stage or command has a field that the server does not know (Location40415). */
    static final int UNKNOWN_FIELD = 40415;

    static final int UNAUTHORIZED = 13;
    static final int AUTHENTICATION_FAILED = 18;
    static final int COMMAND_NOT_FOUND = 59;
    static final int ATLAS = 8000;
    private static final int NO_REPLICATION = 76;
    private static final int CHANGE_STREAM_NEEDS_REPLICA_SET = 40573;
    private static final int CHANGE_STREAM_FATAL = 280;
    private static final int CHANGE_STREAM_HISTORY_LOST = 286;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    /**
     * Elections, shutdowns, the network, cursors and snapshots that timed out, waits that took too long, and locks that were
     * not free: a no-op waits a millisecond only, and setUserWriteBlockMode has the lock for longer (LockFailed, 107).
     */
    private static final Set<Integer> TRANSIENT = Set.of(
            6, 7, 24, 43, 46, 50, 64, 89, 91, 107, 112, 133, 134, 150, 175, 189, 202, 234, 237, 239, 246, 262, 317, 358,
            365, 384, 391, 9001, 10107, 11600, 11601, 11602, 13388, 13435, 13436);

    static final String MAKE_A_SET =
            "Make it a replica set of one member (a restart, no copy of data): start mongod with"
                    + " --replSet rs0, then run rs.initiate() in mongosh.";

    private Failures() {}

    /** What a reader asks of the server, once: its failures sorted, an interruption as what it is. */
    static <T> T once(Retry.Ask ask, Supplier<T> asked) throws InterruptedException {
        try {
            return asked.get();
        } catch (MongoInterruptedException stop) {
            Thread.interrupted(); // the driver has set the flag again; the exception carries it from here
            InterruptedException interrupted = new InterruptedException(ask.during());
            interrupted.initCause(stop);
            throw interrupted;
        } catch (MongoException e) {
            throw new FailedException(sort(ask, e), e);
        }
    }

    static Failure sort(Retry.Ask ask, MongoException e) {
        if (e instanceof MongoSecurityException || e.getCode() == AUTHENTICATION_FAILED) {
            return new Failure.Refused(
                    ask.during(),
                    "MongoDB does not accept this user and password",
                    "Check user, password and authSource in the MongoDB URI (users are often defined in admin: add"
                            + " ?authSource=admin); percent-encode special characters of the password.");
        }
        if (e instanceof MongoSocketException
                || e instanceof MongoTimeoutException
                || e instanceof MongoServerUnavailableException
                || e instanceof MongoConnectionPoolClearedException
                || e instanceof MongoInterruptedException
                || e.hasErrorLabel("RetryableWriteError")
                || e.hasErrorLabel("TransientTransactionError")
                || TRANSIENT.contains(e.getCode())) {
            return new Failure.Transient(ask.during(), words(e), PAUSE);
        }
        if (e.getCode() == UNAUTHORIZED) {
            return new Failure.Refused(
                    ask.during(), words(e), "Grant the user of the MongoDB URI: " + ask.right() + ".");
        }
        return new Failure.Refused(ask.during(), words(e), remedy(e));
    }

    private static String remedy(MongoException e) {
        if (e.getCode() == NO_REPLICATION || e.getCode() == CHANGE_STREAM_NEEDS_REPLICA_SET) {
            return MAKE_A_SET;
        }
        if (e.getCode() == ATLAS) {
            return "Atlas does not allow this on the cluster's tier; a dedicated tier (M10 or above) does.";
        }
        if (e.getCode() == CHANGE_STREAM_HISTORY_LOST || e.getCode() == CHANGE_STREAM_FATAL) {
            return "The oplog no longer reaches back so far: changes are lost to us, and going on would leave a hole. Enlarge it"
                    + " (replSetResizeOplog). Then compare all rows, and go on: changeover run --resync";
        }
        if (e instanceof MongoConfigurationException || e instanceof MongoClientException) {
            return "Check the MongoDB URI: host names, mongodb+srv, options.";
        }
        return "The server refused the command; `changeover doctor` shows what it allows.";
    }

    /** The error in a line. The server quotes the refused command after " {", which may hold ids: that is cut off. */
    static String words(MongoException e) {
        String message = e instanceof MongoCommandException refused
                ? refused.getErrorCodeName() + " (" + refused.getErrorCode() + "): " + refused.getErrorMessage()
                : rootOf(e);
        return line(message);
    }

    static String line(String message) {
        int brace = message.indexOf(" {");
        return (brace < 0 ? message : message.substring(0, brace)).strip();
    }

    private static String rootOf(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String message = root.getMessage();
        return message == null ? root.getClass().getSimpleName() : message;
    }
}
