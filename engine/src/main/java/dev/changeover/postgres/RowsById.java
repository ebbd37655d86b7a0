package dev.changeover.postgres;

import dev.changeover.mapping.DocumentMapper;
import dev.changeover.mapping.DocumentRows;
import dev.changeover.mapping.Tuple;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.SqlText;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Reads the rows of some documents by their ids, in the mapper's form. Confined to one thread. */
public final class RowsById {
    private static final int ROOM = 16 << 10;

    private final CollectionPlan plan;
    private final DocumentMapper layout;
    private int room = ROOM;

    public RowsById(CollectionPlan plan) {
        this.plan = plan;
        layout = DocumentMapper.compile(plan);
    }

    /** By id; {@code orphans} have child rows, but no row of their own. */
    public record Found(Map<UUID, DocumentRows> rows, Set<UUID> orphans) {
        public Optional<DocumentRows> of(UUID id) {
            return Optional.ofNullable(rows.get(id));
        }

        public boolean orphaned(UUID id) {
            return orphans.contains(id);
        }
    }

    public Found read(Tx tx, Collection<UUID> ids) {
        if (ids.isEmpty()) {
            return new Found(Map.of(), Set.of());
        }
        // One constant, which PostgreSQL reads in a fraction of the time of as many of them.
        String in = ids.stream().map(UUID::toString).collect(Collectors.joining(",", "ANY ('{", "}'::uuid[])"));
        Map<UUID, DocumentRows> found = new HashMap<>();
        Set<UUID> orphans = new HashSet<>();
        String own = "SELECT " + columns(0) + " FROM " + SqlText.quoted(plan.table()) + " WHERE \"id\" = " + in;
        for (Tuple row : tuples(tx, own)) {
            found.put(DocumentRows.id(row), new DocumentRows(row, lists()));
        }
        for (int i = 0; i < plan.children().size(); i++) {
            for (Tuple row : tuples(tx, childSelect(plan.children().get(i), i + 1, in))) {
                DocumentRows parent = found.get(DocumentRows.id(row));
                if (parent == null) {
                    orphans.add(DocumentRows.id(row));
                } else {
                    parent.children().get(i).add(row);
                }
            }
        }
        return new Found(found, orphans);
    }

    /** With room for as much as came last, so that the bytes are seldom copied as they grow. */
    private List<Tuple> tuples(Tx tx, String select) {
        List<Tuple> tuples = tx.tuples(select, room);
        room = tuples.isEmpty() ? ROOM : Math.max(ROOM, tuples.getLast().end() / 8 * 9);
        return tuples;
    }

    private String childSelect(FieldPlan.Child child, int table, String in) {
        String order = child.array() ? " ORDER BY \"parent_id\", \"ord\"" : "";
        return "SELECT " + columns(table) + " FROM " + SqlText.quoted(child.table()) + " WHERE \"parent_id\" = " + in
                + order;
    }

    private String columns(int table) {
        return SqlText.quoted(layout.columns(table));
    }

    private List<List<Tuple>> lists() {
        List<List<Tuple>> lists = new ArrayList<>();
        plan.children().forEach(child -> lists.add(new ArrayList<>()));
        return lists;
    }
}
