package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.Updates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class DemoServerTest {
    private static final DemoSettings SETTINGS =
            new DemoSettings(DemoSettings.Size.SMALL, 1, false, Duration.ofSeconds(2), Duration.ofMillis(50));

    /** Compared before the application goes from phase to phase, and at the end. */
    private static final int COLLECTIONS = 5;

    private final List<Scene> scenes = Collections.synchronizedList(new ArrayList<>());

    @Test
    void theSmallShopMovesWhileItIsWrittenToAndEveryRowIsRight() throws InterruptedException {
        assertThat(new Demo(SETTINGS, scenes::add).play()).isTrue();

        assertThat(scenes).hasAtLeastOneElementOfType(Scene.Copying.class);
        assertThat(scenes(Scene.Line.class))
                .extracting(Scene.Line::text)
                .contains("failed requests: 0", "lost writes: 0", "stale reads: 0")
                .anyMatch(text -> text.startsWith("pg-reads -> postgres: ") && text.contains("longest pause: "));
        assertThat(scenes.getLast()).isInstanceOf(Scene.Ending.class);
        assertThat(differences()).hasSize(COLLECTIONS * 2).containsOnly("0");
        assertThat(scenes(Scene.Table.class))
                .anySatisfy(table -> assertThat(table.head()).contains("customer", "spent"));

        List<Scene.Following> seen = scenes(Scene.Following.class);
        assertThat(seen).hasSizeGreaterThan(2);
        Scene.Following last = seen.getLast();
        assertThat(last.written().orders()).isPositive();
        assertThat(last.written().writes())
                .isGreaterThan(seen.getFirst().written().writes());
        assertThat(last.followed().cuts()).isGreaterThan(2);
        assertThat(last.followed().rows()).isPositive();
        assertThat(last.looks().wrong()).isZero();
        assertThat(last.looks().states()).as("states looked at").isGreaterThan(2);
    }

    @Test
    void aSumThatNoTransactionLeavesIsNoticedThoughEveryRowIsEqualAtTheEnd() throws InterruptedException {
        Consumer<Scene> thief = scene -> {
            scenes.add(scene);
            if (scene instanceof Scene.Act act && act.title().startsWith("Writes go on")) {
                takeOnePiece();
            }
        };

        assertThat(new Demo(SETTINGS, thief).play()).isFalse();

        assertThat(scenes(Scene.Following.class).getLast().looks().wrong()).isPositive();
        assertThat(scenes(Scene.Line.class))
                .anySatisfy(line -> assertThat(line.text()).startsWith("wrong: "));
        assertThat(differences()).hasSize(COLLECTIONS * 2).containsOnly("0");
        assertThat(scenes.getLast())
                .isInstanceOfSatisfying(
                        Scene.Ending.class, ending -> assertThat(ending.right()).isFalse());
    }

    @Test
    void aRowThatIsNotItsDocumentIsNoticedThoughTheSumIsRight() throws InterruptedException {
        Consumer<Scene> vandal = scene -> {
            scenes.add(scene);
            if (scene instanceof Scene.Act act && act.title().startsWith("Every row")) {
                try (ShopTarget target = new ShopTarget(uri("PostgreSQL"))) {
                    target.ask("UPDATE public.users SET age = -1 WHERE mongo_id = (SELECT min(mongo_id)"
                            + " FROM public.users) RETURNING mongo_id");
                }
            }
        };

        assertThat(new Demo(SETTINGS, vandal).play()).isFalse();

        assertThat(differences()).containsExactlyInAnyOrder("0", "0", "0", "0", "1");
        assertThat(scenes(Scene.Following.class).getLast().looks().wrong()).isZero();
    }

    /** From the stock, for no order. */
    private void takeOnePiece() {
        try (MongoClient client = MongoClients.create(uri("MongoDB"))) {
            assertThat(client.getDatabase(Shop.NAME)
                            .getCollection("products")
                            .updateOne(Filters.gte("stock", 1), Updates.inc("stock", -1))
                            .getModifiedCount())
                    .isEqualTo(1);
        }
    }

    private String uri(String server) {
        return scenes(Scene.Line.class).stream()
                .map(Scene.Line::text)
                .filter(text -> text.startsWith(server + " "))
                .map(text -> text.substring(server.length()).strip())
                .findFirst()
                .orElseThrow();
    }

    /** Of each collection, the number of documents that differ from their rows. */
    private List<String> differences() {
        return scenes(Scene.Table.class).stream()
                .filter(table -> table.head().contains("differences"))
                .flatMap(table -> table.rows().stream())
                .map(List::getLast)
                .toList();
    }

    private <T> List<T> scenes(Class<T> kind) {
        return scenes.stream().filter(kind::isInstance).map(kind::cast).toList();
    }
}
