package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.changeover.servers.Mongod;
import dev.changeover.servers.TestServers;
import java.io.IOException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DoctorCommandServerTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int doctor(String mongo, String postgres, String... more) {
        List<String> args = new ArrayList<>(List.of("doctor", "--mongo", mongo, "--pg", postgres));
        args.addAll(List.of(more));
        return Main.run(Output.to(out, err, Map.of()), args.toArray(String[]::new));
    }

    @Test
    void goodServersGiveALineForEachCheckAndExit0() {
        assertThat(doctor(TestServers.freshMongoDatabase(), TestServers.freshPostgres()))
                .isZero();
        assertThat(out.toString()).contains("MongoDB\n", "PostgreSQL\n", "Together\n", "✓ version", "doctor: OK");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void whatMustBeMendedGivesExit4WithTheRemedyInItsLine() {
        try (Mongod alone = Mongod.start()) {
            assertThat(doctor(alone.uri("shop"), TestServers.freshPostgres())).isEqualTo(4);
            assertThat(out.toString().lines())
                    .anySatisfy(line -> assertThat(line).contains("✗ replica set", "standalone", "→", "rs.initiate()"))
                    .anySatisfy(line -> assertThat(line).contains("! source", "a dump: ", "→ mongodump --uri"));
        }
    }

    @Test
    void aDatabaseThatIsNotThereGivesExit3AndNoPasswordIsShown() {
        String mongo = "mongodb://me:s3cret@127.0.0.1:1/shop?serverSelectionTimeoutMS=300";
        assertThat(doctor(mongo, "postgresql://me:s3cret@127.0.0.1:1/shop")).isEqualTo(3);
        assertThat(out.toString()).contains("127.0.0.1:1").doesNotContain("s3cret");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aUriThatIsNoneIsWrongUse() {
        assertThat(doctor(TestServers.freshMongoDatabase(), "ftp://host/shop")).isEqualTo(2);
        assertThat(doctor("shop", TestServers.freshPostgres())).isEqualTo(2);
        assertThat(err.toString()).contains("postgresql://", "mongodb://");
    }

    @Test
    void jsonHoldsTheSameChecks() throws IOException {
        assertThat(doctor(TestServers.freshMongoDatabase(), TestServers.freshPostgres(), "--json"))
                .isZero();
        int checks = 0;
        try (JsonParser json = new JsonFactory().createParser(out.toString())) {
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                checks += token == JsonToken.FIELD_NAME && json.currentName().equals("verdict") ? 1 : 0;
            }
        }
        assertThat(checks).isGreaterThan(15);
        assertThat(out.toString()).contains("\"way\" : \"follow\"", "\"copy_seconds\" : 1");
    }

    @Test
    void longLinesAreBrokenOnATerminalOnly() {
        assertThat(DoctorCommand.wrapped("aaa bbb ccc ddd", 4, 12)).isEqualTo("aaa bbb\n    ccc ddd");
    }
}
