package dev.changeover.postgres;

import java.util.List;

/** Reads a result's first column as text, for assertions. */
public final class Look {
    private Look() {}

    public static List<String> texts(Pg pg, String sql) throws InterruptedException {
        return pg.transaction("look", tx -> tx.rows(sql, row -> String.valueOf(row.getString(1))));
    }

    public static long number(Pg pg, String sql) throws InterruptedException {
        return Long.parseLong(texts(pg, sql).getFirst());
    }
}
