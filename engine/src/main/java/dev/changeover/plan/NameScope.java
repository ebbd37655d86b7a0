package dev.changeover.plan;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/** Names that must differ, ignoring case: the columns of a table, or the tables of a schema. Not thread-safe. */
public final class NameScope {
    private final Set<String> taken = new HashSet<>();

    public NameScope(Set<String> reserved) {
        reserved.forEach(this::claim);
    }

    public static NameScope ofTable() {
        NameScope scope = new NameScope(Names.SYSTEM_COLUMNS);
        Names.OWN_COLUMNS.forEach(scope::claim);
        return scope;
    }

    public static NameScope ofChildTable() {
        NameScope scope = new NameScope(Names.SYSTEM_COLUMNS);
        Names.CHILD_COLUMNS.forEach(scope::claim);
        return scope;
    }

    /** Takes {@code name} as it is; false if it is taken already. */
    public boolean claim(String name) {
        return taken.add(name.toLowerCase(Locale.ROOT));
    }

    public boolean isFree(String name) {
        return !taken.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Takes {@code wanted} or, if another has it, the first of {@code wanted_2}, {@code wanted_3}... that is free. */
    public String take(String wanted) {
        return Names.firstFree(wanted, this::claim);
    }
}
