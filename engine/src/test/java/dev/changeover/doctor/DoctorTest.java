package dev.changeover.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.CollectionKind;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.doctor.Check.Verdict;
import dev.changeover.mongo.ServerFacts;
import dev.changeover.mongo.ServerFacts.Answer;
import dev.changeover.postgres.PgFacts;
import dev.changeover.postgres.PostgresFacts;
import dev.changeover.source.CollectionFacts;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Facts in, findings out: deployments that no test can start. */
class DoctorTest {
    private static final Answer ATLAS = new Answer(false, 8000, "AtlasError (8000): not allowed");
    private static final Answer UNAUTHORIZED = new Answer(false, 13, "Unauthorized (13): not authorized");
    private static final Answer UNKNOWN = new Answer(false, 59, "CommandNotFound (59): no such command");
    private static final long GB = 1_000_000_000;

    /** A healthy replica set of three, to be changed piece by piece. */
    private record SourceCase(
            String version,
            boolean replicaSet,
            ServerFacts.Members members,
            ServerFacts.Abilities abilities,
            Optional<ServerFacts.Oplog> oplog,
            ServerFacts.Rights rights,
            List<CollectionFacts> collections) {
        static SourceCase healthy() {
            return new SourceCase(
                    "7.0.12",
                    true,
                    new ServerFacts.Members(3, 0, true, false),
                    new ServerFacts.Abilities(Answer.YES, Answer.YES, Answer.YES, Answer.YES, Answer.YES),
                    Optional.of(new ServerFacts.Oplog(Duration.ofHours(72), 10 * GB, 10 * GB)),
                    new ServerFacts.Rights(true, "me@admin", List.of("backup@admin"), true, true),
                    List.of(collection("orders", CollectionKind.COLLECTION, 5 * GB)));
        }

        SourceCase version(String other) {
            return new SourceCase(other, replicaSet, members, abilities, oplog, rights, collections);
        }

        SourceCase standalone() {
            Answer no = new Answer(false, 76, "NoReplicationEnabled");
            return new SourceCase(
                    version,
                    false,
                    new ServerFacts.Members(0, 0, false, false),
                    new ServerFacts.Abilities(no, no, no, no, no),
                    Optional.empty(),
                    rights,
                    collections);
        }

        SourceCase members(ServerFacts.Members other) {
            return new SourceCase(version, replicaSet, other, abilities, oplog, rights, collections);
        }

        SourceCase abilities(ServerFacts.Abilities other) {
            return new SourceCase(version, replicaSet, members, other, oplog, rights, collections);
        }

        SourceCase oplog(Optional<ServerFacts.Oplog> other) {
            return new SourceCase(version, replicaSet, members, abilities, other, rights, collections);
        }

        SourceCase rights(ServerFacts.Rights other) {
            return new SourceCase(version, replicaSet, members, abilities, oplog, other, collections);
        }

        SourceCase holding(CollectionFacts... others) {
            return new SourceCase(version, replicaSet, members, abilities, oplog, rights, List.of(others));
        }

        Doctor.Source facts() {
            return new Doctor.Source(
                    new ServerFacts(
                            version,
                            replicaSet,
                            false,
                            replicaSet ? "rs0" : "",
                            members,
                            abilities,
                            oplog,
                            rights,
                            List.of(new ServerFacts.Database("shop", 5 * GB, 0, 0))),
                    collections);
        }
    }

    private static CollectionFacts collection(String name, CollectionKind kind, long bytes) {
        return new CollectionFacts(new Namespace("shop", name), kind, "{}", List.of(), bytes / 500, bytes);
    }

    private static PgFacts postgres(int version, String encoding, boolean mayCreate, PgFacts.Pooling pooling) {
        return new PgFacts(
                version, "" + version / 10_000 + ".1", encoding, mayCreate, false, pooling, 90, "C", "shop", 8_000_000);
    }

    private static PostgresFacts around(String shown) {
        return new PostgresFacts(shown, "me", false, false, 0, "on", "", 64 << 20, GB, List.of("pg_trgm"));
    }

    private static Doctor.Target healthyTarget() {
        return new Doctor.Target(postgres(180_001, "UTF8", true, PgFacts.Pooling.NONE), around("db:5432/shop"));
    }

    private static Diagnosis judge(Doctor.Source source, Doctor.Target target) {
        return Doctor.judge(new Doctor.Seen.It<>(source), new Doctor.Seen.It<>(target));
    }

    private static Check find(Diagnosis diagnosis, Check.Area area, String name) {
        return diagnosis.checks().stream()
                .filter(c -> c.area() == area && c.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no check " + name + " in " + diagnosis.checks()));
    }

    private static Check source(SourceCase source, String name) {
        return find(judge(source.facts(), healthyTarget()), Check.Area.MONGODB, name);
    }

    private static Check target(Doctor.Target target, String name) {
        return find(judge(SourceCase.healthy().facts(), target), Check.Area.POSTGRESQL, name);
    }

    private static Check together(SourceCase source, String name) {
        return find(judge(source.facts(), healthyTarget()), Check.Area.TOGETHER, name);
    }

    @Test
    void twoHealthyEndsHaveNothingToMendOrToKnow() {
        Diagnosis diagnosis = judge(SourceCase.healthy().facts(), healthyTarget());
        assertThat(diagnosis.mustMend()).isFalse();
        assertThat(diagnosis.count(Verdict.WARN)).isZero();
        assertThat(diagnosis.reached()).isTrue();
    }

    @Test
    void whateverIsNotRightComesWithARemedy() {
        SourceCase sick = SourceCase.healthy().standalone().version("4.2.1");
        Doctor.Target target = new Doctor.Target(
                postgres(130_000, "SQL_ASCII", false, PgFacts.Pooling.BY_TRANSACTION), around("db:6432/shop"));
        assertThat(judge(sick.facts(), target).checks())
                .filteredOn(c -> c.verdict() != Verdict.OK)
                .hasSizeGreaterThan(5)
                .allSatisfy(c -> assertThat(c.remedy()).as(c.name()).isNotBlank());
    }

    @ParameterizedTest
    @CsvSource({"4.2.24,FAIL", "3.6.0,FAIL", "4.4.0,OK", "5.0.1,OK", "8.2.0-rc1,OK", "9.0.0,WARN"})
    void versionsFrom44To8AreGood(String version, Verdict verdict) {
        assertThat(source(SourceCase.healthy().version(version), "version").verdict())
                .isEqualTo(verdict);
    }

    @Test
    void aStandaloneIsToldHowToBecomeAReplicaSet() {
        Check check = source(SourceCase.healthy().standalone(), "replica set");
        assertThat(check.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(check.remedy()).contains("--replSet", "rs.initiate()");
    }

    @Test
    void anArbiterAndAUriOfOneHostAreWorthKnowing() {
        SourceCase source = SourceCase.healthy().members(new ServerFacts.Members(2, 1, false, false));
        assertThat(source(source, "replica set").verdict()).isEqualTo(Verdict.WARN);
        assertThat(source(source, "failover").remedy()).contains("replicaSet=rs0");
    }

    @Test
    void aServerOf44HasNoSnapshotReads() {
        Answer invalid = new Answer(false, 72, "InvalidOptions (72)");
        SourceCase old = SourceCase.healthy()
                .version("4.4.29")
                .abilities(new ServerFacts.Abilities(invalid, Answer.YES, Answer.YES, UNKNOWN, Answer.YES));
        assertThat(source(old, "snapshot reads").verdict()).isEqualTo(Verdict.WARN);
        assertThat(source(old, "fence").remedy()).contains("6.0");
    }

    @Test
    void aSharedAtlasTierIsNamedWithWhatStillWorks() {
        SourceCase m0 = SourceCase.healthy()
                .abilities(new ServerFacts.Abilities(Answer.YES, Answer.YES, ATLAS, ATLAS, ATLAS))
                .oplog(Optional.empty());
        assertThat(source(m0, "tier").finding()).contains("M0");
        assertThat(source(m0, "tier").remedy()).contains("copy and change streams work");
        assertThat(source(m0, "oplog window").verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(source(m0, "noting T0").verdict()).isEqualTo(Verdict.WARN);

        SourceCase flex = m0.abilities(new ServerFacts.Abilities(Answer.YES, ATLAS, ATLAS, ATLAS, ATLAS));
        assertThat(source(flex, "change stream").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(together(flex, "way").finding()).startsWith("a dump");
    }

    @Test
    void whoMayNeitherNoteNorWriteADocumentIsToldTheRole() {
        SourceCase reader = SourceCase.healthy()
                .abilities(new ServerFacts.Abilities(Answer.YES, Answer.YES, UNAUTHORIZED, Answer.YES, UNAUTHORIZED))
                .rights(new ServerFacts.Rights(true, "r@admin", List.of("read@shop"), false, false));
        assertThat(source(reader, "noting T0").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(source(reader, "noting T0").remedy()).contains("role backup");
        assertThat(source(reader, "fence").verdict()).isEqualTo(Verdict.WARN);
    }

    @Test
    void aShortOplogIsWarnedOfAndAYoungOneIsNot() {
        SourceCase healthy = SourceCase.healthy();
        assertThat(source(
                        healthy.oplog(Optional.of(new ServerFacts.Oplog(Duration.ofHours(3), GB, GB))), "oplog window"))
                .satisfies(c -> assertThat(c.verdict()).isEqualTo(Verdict.WARN))
                .satisfies(c -> assertThat(c.remedy()).contains("replSetResizeOplog"));
        assertThat(source(
                        healthy.oplog(Optional.of(new ServerFacts.Oplog(Duration.ofHours(3), GB, 100 * GB))),
                        "oplog window"))
                .satisfies(c -> assertThat(c.verdict()).isEqualTo(Verdict.OK));
        assertThat(source(
                        healthy.oplog(Optional.of(new ServerFacts.Oplog(Duration.ofSeconds(20), 1000, GB))),
                        "oplog window"))
                .satisfies(c -> assertThat(c.finding()).contains("too young"));
    }

    @Test
    void aCopyThatOutlivesTheOplogIsForeseen() {
        SourceCase slow = SourceCase.healthy()
                .oplog(Optional.of(new ServerFacts.Oplog(Duration.ofHours(2), GB, GB)))
                .holding(collection("big", CollectionKind.COLLECTION, 500 * GB));
        assertThat(together(slow, "copy time").verdict()).isEqualTo(Verdict.WARN);
        assertThat(together(slow, "copy time").remedy()).contains("replSetResizeOplog");
        assertThat(together(slow, "way").finding()).contains("above 50 GB");
        assertThat(together(SourceCase.healthy(), "copy time").verdict()).isEqualTo(Verdict.OK);
        assertThat(together(SourceCase.healthy(), "way").finding()).contains("under 50 GB");
    }

    @Test
    void timeSeriesAndAnEmptyDatabaseAreWorthKnowing() {
        SourceCase series = SourceCase.healthy().holding(collection("t", CollectionKind.TIME_SERIES, 5));
        assertThat(source(series, "collections").finding()).contains("1 time-series");
        assertThat(source(series, "collections").verdict()).isEqualTo(Verdict.WARN);
        assertThat(source(SourceCase.healthy().holding(), "collections").remedy())
                .contains("case-sensitive");
    }

    @Test
    void anOldPostgresAWrongEncodingAndAMissingRightMustBeMended() {
        Doctor.Target bad =
                new Doctor.Target(postgres(130_012, "SQL_ASCII", false, PgFacts.Pooling.NONE), around("db:5432/shop"));
        assertThat(target(bad, "version").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(target(bad, "encoding").remedy()).contains("ENCODING 'UTF8'");
        assertThat(target(bad, "rights").remedy()).contains("GRANT CREATE ON DATABASE \"shop\" TO \"me\"");
    }

    @ParameterizedTest
    @CsvSource({
        "ep-cool-1-pooler.eu-central-1.aws.neon.tech:5432/shop,ep-cool-1.eu-central-1.aws.neon.tech",
        "aws-0-eu.pooler.supabase.com:6543/postgres,db.PROJECT.supabase.co:5432",
        "10.0.0.1:6432/shop,5432"
    })
    void aPoolerInTransactionModeIsRefusedAndItsDirectEndpointNamed(String shown, String direct) {
        Doctor.Target pooled =
                new Doctor.Target(postgres(160_001, "UTF8", true, PgFacts.Pooling.BY_TRANSACTION), around(shown));
        assertThat(target(pooled, "pooler").verdict()).isEqualTo(Verdict.FAIL);
        assertThat(target(pooled, "pooler").remedy()).contains(direct);
        Doctor.Target named = new Doctor.Target(postgres(160_001, "UTF8", true, PgFacts.Pooling.NONE), around(shown));
        assertThat(target(named, "pooler").verdict()).isEqualTo(Verdict.WARN);
    }

    @Test
    void anEndThatIsNotThereIsAFindingAndTheOtherIsLookedAtAllTheSame() {
        Diagnosis diagnosis = Doctor.judge(
                new Doctor.Seen.Nothing<>(new Failure.Unreachable("connect to MongoDB", "refused", "Start it.")),
                new Doctor.Seen.It<>(healthyTarget()));
        assertThat(diagnosis.reached()).isFalse();
        assertThat(find(diagnosis, Check.Area.MONGODB, "reachable").remedy()).isEqualTo("Start it.");
        assertThat(find(diagnosis, Check.Area.POSTGRESQL, "version").verdict()).isEqualTo(Verdict.OK);
    }

    private static SourceAdvice advice(SourceCase source) {
        return judge(source.facts(), healthyTarget()).source().orElseThrow();
    }

    @Test
    void theSourceIsRecommendedWithItsReasons() {
        SourceCase healthy = SourceCase.healthy();
        assertThat(advice(healthy).way()).isEqualTo(SourceAdvice.Way.FOLLOW);
        assertThat(source(healthy, "source").finding()).contains("change streams open", "long enough", "5.0 GB");

        SourceCase slow = healthy.oplog(Optional.of(new ServerFacts.Oplog(Duration.ofHours(2), GB, GB)))
                .holding(collection("big", CollectionKind.COLLECTION, 500 * GB));
        assertThat(advice(slow).way()).isEqualTo(SourceAdvice.Way.FOLLOW_WITH_LARGER_OPLOG);
        assertThat(advice(slow).commands()).first().asString().contains("replSetResizeOplog");

        SourceCase flex = healthy.abilities(new ServerFacts.Abilities(Answer.YES, ATLAS, ATLAS, ATLAS, ATLAS))
                .oplog(Optional.empty());
        assertThat(advice(flex).way()).isEqualTo(SourceAdvice.Way.DUMP);
        assertThat(source(flex, "source").finding()).contains("this Atlas tier", "M10");
        assertThat(source(flex, "source").remedy()).contains("--gzip").doesNotContain("--oplog");

        SourceCase noStream = healthy.abilities(
                new ServerFacts.Abilities(Answer.YES, UNAUTHORIZED, Answer.YES, Answer.YES, Answer.YES));
        assertThat(advice(noStream).way()).isEqualTo(SourceAdvice.Way.DUMP_WITH_OPLOG);
        assertThat(source(noStream, "source").remedy()).contains("mongodump", "--oplog --gzip");
    }

    @Test
    void whoMayNotLookIsToldOfExportsAndWhoCannotBeReachedOfNothing() {
        Failure.Refused refused = new Failure.Refused("list the collections", "Unauthorized (13)", "Grant read.");
        Diagnosis diagnosis = Doctor.judge(new Doctor.Seen.Nothing<>(refused), new Doctor.Seen.It<>(healthyTarget()));
        assertThat(diagnosis.source().orElseThrow().way()).isEqualTo(SourceAdvice.Way.EXPORT);
        assertThat(find(diagnosis, Check.Area.MONGODB, "source").remedy()).contains("mongoexport", "canonical");
        Failure.Unreachable gone = new Failure.Unreachable("connect", "refused", "Start it.");
        assertThat(Doctor.judge(new Doctor.Seen.Nothing<>(gone), new Doctor.Seen.It<>(healthyTarget()))
                        .source())
                .isEmpty();
    }
}
