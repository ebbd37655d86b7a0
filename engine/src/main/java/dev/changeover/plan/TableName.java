package dev.changeover.plan;

/** A PostgreSQL table, named with its schema; unquoted, as the catalog has it. */
public record TableName(String schema, String name) {
    @Override
    public String toString() {
        return schema + "." + name;
    }
}
