package dev.changeover.plan;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Names and constants as SQL takes them. Pure functions. */
public final class SqlText {
    private static final Pattern PLAIN = Pattern.compile("[a-z_][a-z0-9_]*");

    /** Words that cannot stand bare as a column or table name: reserved in PostgreSQL 14 to 18 (kwlist.h). */
    private static final Set<String> RESERVED = Set.of(
            ("all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate collation"
                            + " column concurrently constraint create cross current_catalog current_date current_role"
                            + " current_schema current_time current_timestamp current_user default deferrable desc"
                            + " distinct do else end except false fetch for foreign freeze from full grant group having"
                            + " ilike in initially inner intersect into is isnull join lateral leading left like limit"
                            + " localtime localtimestamp natural not notnull null offset on only or order outer overlaps"
                            + " placing primary references returning right select session_user similar some symmetric"
                            + " system_user table tablesample then to trailing true union unique user using variadic"
                            + " verbose when where window with between bigint bit boolean char character coalesce dec"
                            + " decimal exists extract float greatest grouping inout int integer interval least national"
                            + " nchar none normalize nullif numeric out overlay position precision real row setof"
                            + " smallint substring time timestamp treat trim values varchar xmlattributes")
                    .split(" "));

    private SqlText() {}

    /** An identifier that means exactly {@code name}, whatever it holds. */
    public static String quoted(String name) {
        return '"' + name.replace("\"", "\"\"") + '"';
    }

    public static String quoted(TableName table) {
        return quoted(table.schema()) + "." + quoted(table.name());
    }

    public static String quoted(List<String> names) {
        return names.stream().map(SqlText::quoted).collect(Collectors.joining(", "));
    }

    /** The identifier as a person would write it: bare where that means the same, else in double quotes. */
    public static String readable(String name) {
        return PLAIN.matcher(name).matches() && !RESERVED.contains(name) ? name : quoted(name);
    }

    public static String readable(TableName table) {
        return readable(table.schema()) + "." + readable(table.name());
    }

    /** A string constant. */
    public static String literal(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
