package dev.changeover.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bson.RandomBson;
import dev.changeover.profile.CollectionProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The lines about profiles, which tell everything that profiles count. */
class WordingTest {
    @Test
    void profilesOfPartsMergedAreTheProfileOfTheWholeInAnyOrder() {
        for (long seed = 0; seed < 20; seed++) {
            RandomBson random = new RandomBson(seed, true);
            List<byte[]> documents = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                documents.add(random.document());
            }
            CollectionProfile whole = of(documents);
            Collections.shuffle(documents, new Random(seed));
            CollectionProfile parts = of(documents.subList(0, 11));
            parts.merge(of(documents.subList(11, 40)));
            parts.merge(of(documents.subList(40, 60)));
            assertThat(text(parts)).as("seed " + seed).isEqualTo(text(whole));
        }
    }

    private static CollectionProfile of(List<byte[]> documents) {
        CollectionProfile profile = new CollectionProfile();
        documents.forEach(d -> profile.add(d, 0, d.length));
        return profile;
    }

    private static List<String> text(CollectionProfile profile) {
        List<String> lines = new ArrayList<>();
        lines.add(Wording.collection(profile, 0));
        profile.root()
                .fields()
                .forEach((name, values) -> lines.add(name + ": " + Wording.values(values, profile.documents())));
        Collections.sort(lines);
        return lines;
    }
}
