package dev.changeover.plan;

import dev.changeover.Namespace;
import java.util.ArrayList;
import java.util.List;

/**
 * Where fields are being planned: below {@code path} of a document, with {@code prefix} before their columns, in
 * {@code table}, whose column names are {@code columns}. In a child table nothing nests further.
 */
record Place(Namespace namespace, List<String> path, String prefix, TableName table, NameScope columns, boolean child) {
    static Place top(Namespace namespace, TableName table) {
        return new Place(namespace, List.of(), "", table, NameScope.ofTable(), false);
    }

    Place flattened(String field) {
        return new Place(namespace, below(field), prefix + Names.snake(field) + "_", table, columns, child);
    }

    Place childTable(String field, TableName its) {
        return new Place(namespace, below(field), "", its, NameScope.ofChildTable(), true);
    }

    List<String> below(String field) {
        List<String> below = new ArrayList<>(path);
        below.add(field);
        return List.copyOf(below);
    }

    /** A field of this place as drift lines call it: {@code shop.orders: address.city}. */
    String named(String field) {
        return namespace + ": " + String.join(".", below(field));
    }

    /** The column name a field wants: with the prefix, as short as names must be. */
    String wanted(String field) {
        String whole = prefix + Names.snake(field);
        return Names.fit(whole, String.join("\0", below(field)));
    }
}
