package dev.changeover.plan;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names that must differ, ignoring case: the columns of a table, or the tables of a schema. Not thread-safe. */
final class NameScope {
    private final Set<String> taken = new HashSet<>();

    NameScope(Set<String> reserved) {
        reserved.forEach(this::claim);
    }

    static NameScope ofTable() {
        NameScope scope = new NameScope(Names.SYSTEM_COLUMNS);
        Names.OWN_COLUMNS.forEach(scope::claim);
        return scope;
    }

    static NameScope ofChildTable() {
        NameScope scope = new NameScope(Names.SYSTEM_COLUMNS);
        Names.CHILD_COLUMNS.forEach(scope::claim);
        return scope;
    }

    /** Takes {@code name} as it is; false if it is taken already. */
    boolean claim(String name) {
        return taken.add(name.toLowerCase(Locale.ROOT));
    }

    boolean isFree(String name) {
        return !taken.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Takes {@code wanted} or, if another has it, the first of {@code wanted_2}, {@code wanted_3}... that is free. */
    String take(String wanted) {
        return Names.firstFree(wanted, this::claim);
    }
}
