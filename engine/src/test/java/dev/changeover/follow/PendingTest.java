package dev.changeover.follow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.ClusterTime;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.state.Spool.Dirty;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PendingTest {
    private static final Namespace USERS = new Namespace("shop", "users");
    private static final IdBound KEY = new IdBound(new byte[] {12, 0, 0, 0, 16, 0, 5, 0, 0, 0, 0, 0});

    private final Pending pending = new Pending(100);

    private static ClusterTime at(int ordinal) {
        return new ClusterTime(1_000, ordinal);
    }

    /** I1: an answer may end among events of one time, and the rest of them comes with the next. */
    @Test
    void aCutIsBeforeThePosition() throws InterruptedException {
        pending.moveTo(at(5), at(5));
        assertThat(pending.next(at(1), Duration.ZERO)).contains(at(4));
        assertThat(pending.next(at(4), Duration.ZERO)).isEmpty();
    }

    /** I4: a cut between a key's changes takes it along and does not forget it. */
    @Test
    void aKeyThatChangedBeforeAndAfterACutIsInItAndStays() {
        pending.add(USERS, KEY, at(2), 1);
        pending.add(USERS, KEY, at(8), 1);
        assertThat(pending.due(at(1)).dirty()).isEmpty();
        List<Dirty> due = pending.due(at(4)).dirty();
        assertThat(due).singleElement().satisfies(dirty -> {
            assertThat(dirty.first()).isEqualTo(at(2));
            assertThat(dirty.last()).isEqualTo(at(8));
        });
        pending.applied(due, List.of(), at(4));
        assertThat(pending.due(at(4)).dirty()).isEmpty();
        assertThat(pending.due(at(8)).dirty()).hasSize(1);
        pending.applied(pending.due(at(8)).dirty(), List.of(), at(8));
        assertThat(pending.size()).isZero();
    }

    /** I4: the spool was empty when it was looked into, and filled before that was said. */
    @Test
    void keysThatWentToTheSpoolMeanwhileAreNotForgotten() {
        Pending pending = new Pending(10);
        pending.moveTo(at(1), at(1));
        long seen = pending.spoolings();
        pending.spooled();
        pending.backlog(false, seen);
        assertThat(pending.hasBacklog()).isTrue();
        pending.backlog(false, pending.spoolings());
        assertThat(pending.hasBacklog()).isFalse();
    }
}
