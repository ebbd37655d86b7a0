package dev.changeover.demo;

import dev.changeover.mapping.Tally;
import dev.changeover.run.Summary;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The ledger of a copy as tables. Pure. */
final class Ledgers {
    private static final int KEPT_SHOWN = 8;

    private Ledgers() {}

    static Scene.Table totals(Summary summary) {
        List<List<String>> rows = new ArrayList<>();
        for (Summary.Ledger ledger : summary.ledgers()) {
            rows.add(List.of(
                    ledger.namespace().toString(),
                    Demo.number(ledger.counts().documents()),
                    Demo.number(ledger.counts().rows()),
                    Demo.number(ledger.counts().values()),
                    Demo.number(ledger.values(Tally.Outcome.EXACT)),
                    Demo.number(ledger.values(Tally.Outcome.CONVERTED)),
                    Demo.number(ledger.values(Tally.Outcome.KEPT))));
        }
        return new Scene.Table(
                List.of("collection", "documents", "rows", "values", "as they are", "converted", "kept"), rows);
    }

    /** Some of what is in mongo_extra: the rarest first, as they tell most. */
    static Scene.Table kept(Summary summary) {
        record Kept(String collection, Tally.Line line) {}
        List<List<String>> rows = summary.ledgers().stream()
                .flatMap(l ->
                        l.lines().stream().map(line -> new Kept(l.namespace().collection(), line)))
                .filter(k -> k.line().outcome() == Tally.Outcome.KEPT)
                .sorted(Comparator.comparingLong(k -> k.line().values()))
                .limit(KEPT_SHOWN)
                .map(k -> List.of(
                        k.collection() + "." + k.line().field(),
                        Demo.number(k.line().values()),
                        k.line().reason(),
                        k.line().example()))
                .toList();
        return new Scene.Table(List.of("field", "values", "why", "for example in"), rows);
    }
}
