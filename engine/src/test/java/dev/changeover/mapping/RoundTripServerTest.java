package dev.changeover.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.bson.BsonOrder;
import dev.changeover.bson.RandomBson;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.postgres.Rows;
import dev.changeover.postgres.Table;
import dev.changeover.postgres.TupleQuery;
import dev.changeover.postgres.Tx;
import dev.changeover.servers.TestServers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** I13 through a real server: what f writes by COPY BINARY comes back from PostgreSQL as the same documents. */
class RoundTripServerTest {
    private static final int PLANS = 40;

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
                tx.execute("DROP TABLE IF EXISTS " + Ddl.quoted(table.name()));
                Ddl.create(table, 14).forEach(tx::execute);
            }
        });
        for (byte[] document : documents) {
            mapper.rows().forEach(RowBuffer::clear);
            mapper.map(document, 0, document.length);
            byte[] rebuilt = pg.transaction("there and back", tx -> {
                copy(tx, mapper);
                List<List<Tuple>> tables = read(tx, mapper);
                for (RowBuffer rows : mapper.rows()) {
                    tx.execute("TRUNCATE " + Ddl.quoted(rows.table()));
                }
                return builder.build(tables.getFirst().getFirst(), tables.subList(1, tables.size()));
            });
            assertThat(BsonOrder.sameButForOrder(document, rebuilt))
                    .as(() -> RoundTripTest.difference(plan, document, rebuilt))
                    .isTrue();
        }
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
            String table = Ddl.quoted(mapper.rows().get(i).table());
            tables.add(TupleQuery.read(tx, "SELECT " + Ddl.quoted(columns) + " FROM " + table + order));
        }
        return tables;
    }
}
