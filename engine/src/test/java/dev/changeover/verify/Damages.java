package dev.changeover.verify;

import dev.changeover.postgres.Pg;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.UUID;

/**
 * Does to rows what must not happen to them, each on a document of its own, and knows which rows a verification may name for
 * it. Only documents with an odd {@code n} are touched.
 */
final class Damages {
    /** Statements with {@code $id} for a row's id, {@code $new} for another one. */
    private static final List<String> KINDS = List.of(
            "UPDATE public.things SET text = text || '!' WHERE id = '$id'",
            "UPDATE public.things SET text = NULL WHERE id = '$id'",
            "UPDATE public.things SET small = small + 1 WHERE id = '$id'",
            "UPDATE public.things SET big = big - 1 WHERE id = '$id'",
            "UPDATE public.things SET \"real\" = \"real\" + 0.25 WHERE id = '$id'",
            "UPDATE public.things SET exact = exact * 1.0 WHERE id = '$id'", // another scale only
            "UPDATE public.things SET flag = NOT flag WHERE id = '$id'",
            "UPDATE public.things SET at = at + interval '1 microsecond' WHERE id = '$id'",
            "UPDATE public.things SET uid = '$new' WHERE id = '$id'",
            "UPDATE public.things SET raw = raw || '\\x00' WHERE id = '$id'",
            "UPDATE public.things SET nested = jsonb_set(nested, '{price}', '1.50') WHERE id = '$id'", // was 1.5
            "UPDATE public.things SET nested = nested - 'price' WHERE id = '$id'",
            "UPDATE public.things SET nested = nested || '{\"more\": 1}' WHERE id = '$id'",
            "UPDATE public.things SET nested = jsonb_set(nested, '{list}', '[2, 1]') WHERE id = '$id'",
            "UPDATE public.things SET words = array_append(words, 'z') WHERE id = '$id'",
            "UPDATE public.things SET mongo_extra = '{\"odd\": 7}' WHERE id = '$id'",
            "UPDATE public.things SET mongo_id = mongo_id || '0' WHERE id = '$id'",
            "UPDATE public.things SET id = '$new' WHERE id = '$id'",
            "DELETE FROM public.things_items WHERE parent_id = '$id'; DELETE FROM public.things WHERE id = '$id'",
            "DELETE FROM public.things WHERE id = '$id'", // its child rows stay
            "DELETE FROM public.things_items WHERE parent_id = '$id' AND ord = 1",
            "UPDATE public.things_items SET price = price + 1 WHERE parent_id = '$id' AND ord = 0",
            "UPDATE public.things_items SET ord = 1 - ord + 10 WHERE parent_id = '$id';"
                    + " UPDATE public.things_items SET ord = ord - 10 WHERE parent_id = '$id'",
            "INSERT INTO public.things_items (parent_id, ord, name) VALUES ('$id', 2, 'more')",
            "INSERT INTO public.things_items (parent_id, ord, name) VALUES ('$new', 0, 'orphan')",
            "INSERT INTO public.things (id, mongo_id, text) VALUES ('$new', md5('$new')::char(24), 'too many')");

    private final Pg pg;
    private final SplittableRandom random;
    private final List<String> ids;
    private final Map<UUID, String> done = new HashMap<>();
    private int next;

    Damages(Pg pg, long seed) throws InterruptedException {
        this.pg = pg;
        random = new SplittableRandom(seed);
        ids = new ArrayList<>(pg.transaction(
                "choose rows", tx -> tx.texts("SELECT id::text FROM public.things WHERE small % 2 = 1 ORDER BY id")));
        for (int i = ids.size() - 1; i > 0; i--) { // Fisher and Yates
            ids.set(i, ids.set(random.nextInt(i + 1), ids.get(i)));
        }
    }

    static int kinds() {
        return KINDS.size();
    }

    /** One of that kind, or of any. */
    void plant(int kind) throws InterruptedException {
        String id = ids.get(next++);
        String other = new UUID(random.nextLong(), random.nextLong()).toString();
        String sql = KINDS.get(kind).replace("$id", id).replace("$new", other);
        pg.change("damage", tx -> tx.execute(sql));
        String shown = "(" + kind + ") " + sql;
        done.put(UUID.fromString(id), shown);
        done.put(UUID.fromString(other), shown);
    }

    void plantAny() throws InterruptedException {
        plant(random.nextInt(KINDS.size()));
    }

    int planted() {
        return next;
    }

    /** What was done to the row of that id. */
    Optional<String> of(UUID id) {
        return Optional.ofNullable(done.get(id));
    }

    /** All that were done. */
    List<String> all() {
        return done.values().stream().distinct().toList();
    }
}
