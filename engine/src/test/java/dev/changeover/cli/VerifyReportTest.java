package dev.changeover.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Namespace;
import dev.changeover.verify.Counting.Count;
import java.io.StringWriter;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerifyReportTest {
    @Test
    void countsThatAreOfNoInstantSaySo() {
        List<Count> counts = List.of(
                new Count(Namespace.parse("shop.users"), 5, 5, true),
                new Count(Namespace.parse("shop.log"), 7, 6, false));
        StringWriter shown = new StringWriter();
        assertThat(VerifyReport.countLines(Output.to(shown, shown, Map.of()), counts))
                .containsExactly(
                        "equal    shop.users  5 documents, 5 rows",
                        "DIFFERS  shop.log  7 documents, 6 rows (not at one instant: the source cannot be read so)");
        assertThat(VerifyReport.countsJson(counts)).contains("\"rows\":5,\"exact\":true", "\"rows\":6,\"exact\":false");
    }
}
