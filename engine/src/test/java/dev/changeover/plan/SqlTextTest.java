package dev.changeover.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SqlTextTest {
    @Test
    void aKeyWordKeepsItsNameAndIsQuotedInSql() {
        assertThat(SqlText.readable("order")).isEqualTo("\"order\"");
        assertThat(SqlText.readable("orders")).isEqualTo("orders");
        assertThat(SqlText.readable("Größe\"x")).isEqualTo("\"Größe\"\"x\"");
        assertThat(SqlText.readable("1st")).isEqualTo("\"1st\"");
    }
}
