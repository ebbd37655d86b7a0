package dev.changeover.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bson.BsonOrder;
import dev.changeover.bson.RandomBson;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.SqlText;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.postgres.Rows;
import dev.changeover.postgres.Table;
import dev.changeover.postgres.Tx;
import dev.changeover.servers.TestServers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** I13 through a real server: what f writes by COPY BINARY comes back from PostgreSQL as the same documents. */
class RoundTripServerTest {
    private static final int PLANS = 15;

    @ParameterizedTest(name = "{0}, seed {1}")
    @CsvSource({"newest, 1", "newest, 2", "oldest, 3"})
    void whatCopyWroteIsReadBackAsTheSameDocuments(String server, long seed) throws InterruptedException {
        String uri = server.equals("oldest") ? TestServers.freshOldestPostgres() : TestServers.freshPostgres();
        try (Pg pg = Pg.connect(uri, PgSettings.FEW)) {
            for (int i = 0; i < PLANS; i++) {
                RandomBson generator = new RandomBson(seed * 1_000 + i, i % 2 == 0);
                List<byte[]> documents = new ArrayList<>();
                for (int d = 0; d < 30; d++) {
                    documents.add(generator.document());
                }
                CollectionPlan plan = new RandomPlan(generator.random()).of(documents);
                throughTheServer(pg, plan, documents);
            }
        }
    }

    private static void throughTheServer(Pg pg, CollectionPlan plan, List<byte[]> documents)
            throws InterruptedException {
        DocumentMapper mapper = DocumentMapper.compile(plan);
        DocumentBuilder builder = DocumentBuilder.compile(plan);
        pg.change("make tables", tx -> {
            for (Table table : Table.of(plan)) {
                tx.execute("DROP TABLE IF EXISTS " + SqlText.quoted(table.name()));
                Ddl.create(table, 14).forEach(tx::execute);
            }
        });
        Map<String, byte[]> byId = new LinkedHashMap<>();
        for (byte[] document : documents) {
            if (byId.putIfAbsent(MongoId.textOf(plan.idType(), document), document) == null) {
                mapper.map(document, 0, document.length);
            }
        }
        List<List<Tuple>> tables = pg.transaction("there and back", tx -> {
            copy(tx, mapper);
            return read(tx, mapper);
        });
        assertThat(tables.getFirst()).hasSameSizeAs(byId.keySet());
        for (Tuple row : tables.getFirst()) {
            byte[] document = byId.getOrDefault(text(row, 1), new byte[0]);
            List<List<Tuple>> children =
                    tables.stream().skip(1).map(all -> of(row, all)).toList();
            byte[] rebuilt = builder.build(row, children);
            assertThat(BsonOrder.sameButForOrder(document, rebuilt))
                    .as(() -> RoundTripTest.difference(plan, document, rebuilt))
                    .isTrue();
        }
    }

    private static String text(Tuple row, int field) {
        return new String(row.bytes(), row.start(field), row.length(field), StandardCharsets.UTF_8);
    }

    /** The child rows whose parent's id is the row's. */
    private static List<Tuple> of(Tuple row, List<Tuple> children) {
        String id = HexFormat.of().formatHex(row.bytes(), row.start(0), row.start(0) + 16);
        return children.stream()
                .filter(c -> HexFormat.of()
                        .formatHex(c.bytes(), c.start(0), c.start(0) + 16)
                        .equals(id))
                .toList();
    }

    private static void copy(Tx tx, DocumentMapper mapper) {
        for (int i = 0; i < mapper.rows().size(); i++) {
            RowBuffer buffer = mapper.rows().get(i);
            try (Rows rows = tx.copy(buffer.table(), mapper.columns(i))) {
                rows.write(buffer);
                assertThat(rows.end()).isEqualTo(buffer.rows());
            }
        }
    }

    private static List<List<Tuple>> read(Tx tx, DocumentMapper mapper) {
        List<List<Tuple>> tables = new ArrayList<>();
        for (int i = 0; i < mapper.rows().size(); i++) {
            List<String> columns = mapper.columns(i);
            String order = columns.contains("ord") ? " ORDER BY ord" : "";
            String table = SqlText.quoted(mapper.rows().get(i).table());
            tables.add(tx.tuples("SELECT " + SqlText.quoted(columns) + " FROM " + table + order));
        }
        return tables;
    }
}
