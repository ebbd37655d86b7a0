package dev.changeover.state;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.plan.SqlText;
import dev.changeover.postgres.Table;
import dev.changeover.postgres.Tx;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Looks whether a table that somebody else made can be filled. */
final class ExistingTable {
    private ExistingTable() {}

    private record Found(String name, String type, boolean needsValue) {}

    static void check(Tx tx, Table table) {
        Map<String, Found> found = new HashMap<>();
        tx.rows(
                        """
                        SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull AND NOT a.atthasdef
                               AND a.attidentity = ''
                        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
                             JOIN pg_namespace n ON n.oid = c.relnamespace
                        WHERE n.nspname = ? AND c.relname = ? AND a.attnum > 0 AND NOT a.attisdropped""",
                        row -> new Found(row.getString(1), row.getString(2), row.getBoolean(3)),
                        table.name().schema(),
                        table.name().name())
                .forEach(column -> found.put(column.name(), column));
        List<String> wrong = new ArrayList<>();
        for (Table.Column wanted : table.columns()) {
            Found column = found.remove(wanted.name());
            if (column == null) {
                wrong.add("it has no column " + wanted.name());
            } else if (!column.type().equals(canonical(tx, wanted.type()))) {
                wrong.add("column " + wanted.name() + " is " + column.type() + ", the plan has " + wanted.type());
            }
        }
        found.values().stream()
                .filter(Found::needsValue)
                .forEach(c -> wrong.add("column " + c.name() + " is NOT NULL and would get no value"));
        if (wrong.isEmpty()
                && tx.row("SELECT 1 FROM " + SqlText.quoted(table.name()) + " LIMIT 1", row -> true)
                        .isPresent()) {
            wrong.add("it is not empty");
        }
        if (!wrong.isEmpty()) {
            throw new FailedException(new Failure.Refused(
                    "look at the table " + table.name(),
                    String.join("; ", wrong),
                    "Change the table, or the plan, or give another table name there."));
        }
    }

    private static String canonical(Tx tx, String type) {
        String bare = type.replace(" COLLATE \"C\"", "");
        return tx.row("SELECT format_type(?::text::regtype, NULL)", row -> row.getString(1), bare)
                .orElseThrow();
    }
}
