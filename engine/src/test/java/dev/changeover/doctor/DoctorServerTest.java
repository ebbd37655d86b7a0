package dev.changeover.doctor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.changeover.doctor.Check.Verdict;
import dev.changeover.servers.MongoWithUsers;
import dev.changeover.servers.Mongod;
import dev.changeover.servers.PgBouncer;
import dev.changeover.servers.TestServers;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorServerTest {
    private static Check check(Diagnosis diagnosis, Check.Area area, String name) {
        return diagnosis.checks().stream()
                .filter(c -> c.area() == area && c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check " + name + " in " + diagnosis.checks()));
    }

    @Test
    void twoGoodServersHaveNothingToMend() throws InterruptedException {
        Diagnosis diagnosis = Doctor.examine(TestServers.freshMongoDatabase(), TestServers.freshPostgres());
        assertThat(diagnosis.mustMend()).as(diagnosis.toString()).isFalse();
        assertThat(diagnosis.reached()).isTrue();
        assertThat(check(diagnosis, Check.Area.POSTGRESQL, "pooler").verdict()).isEqualTo(Verdict.OK);
        assertThat(check(diagnosis, Check.Area.MONGODB, "snapshot reads").verdict())
                .isEqualTo(Verdict.OK);
    }

    @Test
    void theOldestPostgresIsGoodToo() throws InterruptedException {
        Diagnosis diagnosis = Doctor.examine(TestServers.freshMongoDatabase(), TestServers.freshOldestPostgres());
        assertThat(diagnosis.mustMend()).as(diagnosis.toString()).isFalse();
    }

    @Test
    void aStandaloneMustBeMended() throws InterruptedException {
        try (Mongod alone = Mongod.start()) {
            Diagnosis diagnosis = Doctor.examine(alone.uri("shop"), TestServers.freshPostgres());
            assertThat(check(diagnosis, Check.Area.MONGODB, "replica set").remedy())
                    .contains("rs.initiate()");
            assertThat(diagnosis.mustMend()).isTrue();
            assertThat(check(diagnosis, Check.Area.MONGODB, "source").finding())
                    .startsWith("a dump: a standalone has no change streams");
            assertThat(diagnosis.source().orElseThrow().commands())
                    .first()
                    .asString()
                    .startsWith("mongodump")
                    .doesNotContain("--oplog");
        }
    }

    @Test
    void aReplicaSetIsBestFollowed() throws InterruptedException {
        Diagnosis diagnosis = Doctor.examine(TestServers.freshMongoDatabase(), TestServers.freshPostgres());
        assertThat(diagnosis.source().orElseThrow().way()).isEqualTo(SourceAdvice.Way.FOLLOW);
        assertThat(check(diagnosis, Check.Area.MONGODB, "source").verdict()).isEqualTo(Verdict.OK);
    }

    @ParameterizedTest
    @CsvSource({"read,DUMP", "readWrite,FOLLOW", "none,EXPORT"})
    void theSourceDependsOnTheRights(String role, SourceAdvice.Way way) throws InterruptedException {
        String mongo = MongoWithUsers.fresh("shop", role.equals("none") ? List.of() : List.of(role));
        Diagnosis diagnosis = Doctor.examine(mongo, TestServers.freshPostgres());
        assertThat(diagnosis.source().orElseThrow().way())
                .as(diagnosis.toString())
                .isEqualTo(way);
    }

    @Test
    void aClosedPortIsNotReached() throws InterruptedException {
        Diagnosis diagnosis = Doctor.examine(
                "mongodb://127.0.0.1:1/shop?serverSelectionTimeoutMS=300", "postgresql://me@127.0.0.1:1/shop");
        assertThat(diagnosis.reached()).isFalse();
        assertThat(diagnosis.checks())
                .hasSize(2)
                .allSatisfy(c -> assertThat(c.remedy()).isNotBlank());
    }

    @ParameterizedTest
    @CsvSource({"transaction,FAIL", "session,WARN"})
    void aRealPoolerIsNoticed(String mode, Verdict verdict) throws InterruptedException {
        assumeTrue(
                PgBouncer.isInstalled(), "pgbouncer is not on the PATH, so the detection is not tried on a real one");
        try (PgBouncer pooler = PgBouncer.start(TestServers.freshPostgres(), mode)) {
            Diagnosis diagnosis = Doctor.examine(TestServers.freshMongoDatabase(), pooler.uri());
            assertThat(check(diagnosis, Check.Area.POSTGRESQL, "pooler").verdict())
                    .isEqualTo(verdict);
        }
    }
}
