package dev.changeover.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoServerTest {
    @Test
    void theSmallShopMovesAndEveryRowIsRight() throws InterruptedException {
        List<Scene> scenes = Collections.synchronizedList(new ArrayList<>());
        DemoSettings settings = new DemoSettings(DemoSettings.Size.SMALL, 1, false, Duration.ofMillis(50));

        assertThat(new Demo(settings, scenes::add).play()).isTrue();

        assertThat(scenes).hasAtLeastOneElementOfType(Scene.Copying.class);
        assertThat(scenes.getLast()).isInstanceOf(Scene.Ending.class);
        assertThat(tables(scenes)).anySatisfy(table -> {
            assertThat(table.head()).contains("differences");
            assertThat(table.rows())
                    .hasSize(4)
                    .allSatisfy(row -> assertThat(row.getLast()).isEqualTo("0"));
        });
        assertThat(tables(scenes)).anySatisfy(table -> assertThat(table.head()).contains("customer", "spent"));
    }

    private static List<Scene.Table> tables(List<Scene> scenes) {
        return scenes.stream()
                .filter(Scene.Table.class::isInstance)
                .map(Scene.Table.class::cast)
                .toList();
    }
}
