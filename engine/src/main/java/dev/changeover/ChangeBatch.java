package dev.changeover;

import java.util.List;

/**
 * What one answer of the change stream says. Everything before {@code position} has been delivered; events at it may
 * still come. {@code token} is where the stream can be reopened, just behind the last of these changes. {@code head} is
 * the server's time when it answered.
 */
public record ChangeBatch(List<Change> changes, ResumeToken token, ClusterTime position, ClusterTime head) {
    public ChangeBatch {
        changes = List.copyOf(changes);
    }
}
