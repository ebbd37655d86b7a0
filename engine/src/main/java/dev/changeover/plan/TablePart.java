package dev.changeover.plan;

import dev.changeover.Namespace;
import java.util.ArrayList;
import java.util.List;

/**
 * The part of a table that the fields of one document fill: those below {@code path}, with {@code prefix} before their
 * columns, in {@code table}, whose column names are {@code columns}. In a child table nothing nests further.
 */
public record TablePart(
        Namespace namespace, List<String> path, String prefix, TableName table, NameScope columns, boolean child) {
    public static TablePart top(Namespace namespace, TableName table) {
        return new TablePart(namespace, List.of(), "", table, NameScope.ofTable(), false);
    }

    public TablePart flattened(String field) {
        return new TablePart(namespace, below(field), prefix + Names.snake(field) + "_", table, columns, child);
    }

    public TablePart childTable(String field, TableName its) {
        return new TablePart(namespace, below(field), "", its, NameScope.ofChildTable(), true);
    }

    public List<String> below(String field) {
        List<String> below = new ArrayList<>(path);
        below.add(field);
        return List.copyOf(below);
    }

    /** A field of this part as drift lines call it: {@code shop.orders: address.city}. */
    public String named(String field) {
        return namespace + ": " + String.join(".", below(field));
    }

    /** The column name a field wants: with the prefix, as short as names must be. */
    public String wanted(String field) {
        String whole = prefix + Names.snake(field);
        return Names.fit(whole, String.join("\0", below(field)));
    }
}
