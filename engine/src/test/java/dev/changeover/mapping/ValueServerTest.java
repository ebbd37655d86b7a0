package dev.changeover.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import dev.changeover.Namespace;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonWriter;
import dev.changeover.bson.Bytes;
import dev.changeover.bson.ExtendedJsonReader;
import dev.changeover.plan.CollectionPlan;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.ColumnType.Scalar;
import dev.changeover.plan.FieldPlan;
import dev.changeover.plan.Notes;
import dev.changeover.plan.SqlText;
import dev.changeover.plan.TableName;
import dev.changeover.postgres.Ddl;
import dev.changeover.postgres.Pg;
import dev.changeover.postgres.PgSettings;
import dev.changeover.postgres.Rows;
import dev.changeover.postgres.Table;
import dev.changeover.servers.TestServers;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Each BSON type's corner values: what SQL shows in the column, and what mongo_extra says beside it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ValueServerTest {
    private static final TableName TABLE = new TableName("public", "value");
    private final Pg pg = Pg.connect(TestServers.freshPostgres(), PgSettings.FEW);

    @AfterAll
    void close() {
        pg.close();
    }

    /** {@code ~} is SQL NULL. The column's home type is the one named first. */
    @ParameterizedTest(name = "{0} {1} {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                // column | home | value | in the column | mongo_extra
                "INTEGER | int | {\"$numberInt\":\"2147483647\"} | 2147483647 | ~",
                "INTEGER | int | {\"$numberInt\":\"-2147483648\"} | -2147483648 | ~",
                "INTEGER | int | {\"$numberLong\":\"2147483647\"} | 2147483647 | {\"$types\": {\"f\": \"long\"}}",
                "INTEGER | int | {\"$numberLong\":\"2147483648\"} | ~ | {\"f\": {\"$numberLong\": \"2147483648\"}}",
                "INTEGER | int | {\"$numberDouble\":\"7.0\"} | 7 | {\"$types\": {\"f\": \"double\"}}",
                "INTEGER | int | {\"$numberDouble\":\"7.5\"} | ~ | {\"f\": {\"$numberDouble\": \"7.5\"}}",
                "INTEGER | int | {\"$numberDouble\":\"-0.0\"} | 0 | {\"f\": {\"$numberDouble\": \"-0.0\"}}",
                "INTEGER | int | \"12\" | 12 | {\"$types\": {\"f\": \"string\"}}",
                "INTEGER | int | \"012\" | ~ | {\"f\": \"012\"}",
                "INTEGER | int | \"n/a\" | ~ | {\"f\": \"n/a\"}",
                "INTEGER | int | null | ~ | {\"$types\": {\"f\": \"null\"}}",
                "BIGINT | long | {\"$numberLong\":\"9223372036854775807\"} | 9223372036854775807 | ~",
                "BIGINT | long | {\"$numberLong\":\"-9223372036854775808\"} | -9223372036854775808 | ~",
                "BIGINT | long | {\"$numberInt\":\"5\"} | 5 | {\"$types\": {\"f\": \"int\"}}",
                "BIGINT | long | {\"$numberDouble\":\"9.223372036854775807E18\"} | ~ | {\"f\": {\"$numberDouble\": \"9.223372036854776E18\"}}",
                "BIGINT | long | {\"$numberDecimal\":\"9223372036854775807\"} | 9223372036854775807 | {\"$types\": {\"f\": \"decimal\"}}",
                "BIGINT | long | {\"$numberDecimal\":\"1E+3\"} | ~ | {\"f\": {\"$numberDecimal\": \"1E+3\"}}",
                "DOUBLE | double | {\"$numberDouble\":\"-0.0\"} | -0 | ~",
                "DOUBLE | double | {\"$numberDouble\":\"NaN\"} | NaN | ~",
                "DOUBLE | double | {\"$numberDouble\":\"Infinity\"} | Infinity | ~",
                "DOUBLE | double | {\"$numberDouble\":\"-Infinity\"} | -Infinity | ~",
                "DOUBLE | double | {\"$numberDouble\":\"4.9E-324\"} | 5e-324 | ~",
                "DOUBLE | double | {\"$numberInt\":\"3\"} | 3 | {\"$types\": {\"f\": \"int\"}}",
                "DOUBLE | double | {\"$numberLong\":\"9007199254740992\"} | 9.007199254740992e+15 | {\"$types\": {\"f\": \"long\"}}",
                "DOUBLE | double | {\"$numberLong\":\"9007199254740993\"} | ~ | {\"f\": {\"$numberLong\": \"9007199254740993\"}}",
                "DOUBLE | double | \"0.1\" | 0.1 | {\"$types\": {\"f\": \"string\"}}",
                "DOUBLE | double | \"0.10\" | ~ | {\"f\": \"0.10\"}",
                "NUMERIC | decimal | {\"$numberDecimal\":\"1.10\"} | 1.10 | ~",
                "NUMERIC | decimal | {\"$numberDecimal\":\"0E-5\"} | 0.00000 | ~",
                "NUMERIC | decimal | {\"$numberDecimal\":\"1E+3\"} | 1000 | {\"f\": {\"$numberDecimal\": \"1E+3\"}}",
                "NUMERIC | decimal | {\"$numberDecimal\":\"-0\"} | 0 | {\"f\": {\"$numberDecimal\": \"-0\"}}",
                "NUMERIC | decimal | {\"$numberDecimal\":\"NaN\"} | NaN | ~",
                "NUMERIC | decimal | {\"$numberDecimal\":\"Infinity\"} | Infinity | ~",
                "NUMERIC | decimal | {\"$numberDecimal\":\"-12345678901234567890.12345\"} | -12345678901234567890.12345 | ~",
                "NUMERIC | decimal | {\"$numberDouble\":\"0.1\"} | 0.1 | {\"$types\": {\"f\": \"double\"}}",
                "NUMERIC | decimal | {\"$numberDouble\":\"1.0E20\"} | 100000000000000000000 | {\"$types\": {\"f\": \"double\"}}",
                "NUMERIC | decimal | {\"$numberInt\":\"10000\"} | 10000 | {\"$types\": {\"f\": \"int\"}}",
                "NUMERIC | decimal | \"12.50\" | 12.50 | {\"$types\": {\"f\": \"string\"}}",
                "NUMERIC | decimal | \"-0.00\" | ~ | {\"f\": \"-0.00\"}",
                "NUMERIC | decimal | \"0.0001234\" | 0.0001234 | {\"$types\": {\"f\": \"string\"}}",
                "TEXT | string | \"\" | `` | ~",
                "TEXT | string | \"zażółć\" | zażółć | ~",
                "TEXT | string | {\"$oid\":\"507f1f77bcf86cd799439011\"} | 507f1f77bcf86cd799439011 | {\"$types\": {\"f\": \"objectId\"}}",
                "TEXT | objectId | {\"$oid\":\"507f1f77bcf86cd799439011\"} | 507f1f77bcf86cd799439011 | ~",
                "TEXT | string | {\"$numberInt\":\"12345\"} | 12345 | {\"$types\": {\"f\": \"int\"}}",
                "TEXT | string | true | ~ | {\"f\": true}",
                "TEXT | string | {\"a\":{\"$numberInt\":\"1\"}} | ~ | {\"f\": {\"a\": {\"$numberInt\": \"1\"}}}",
                "BOOLEAN | bool | true | t | ~",
                "BOOLEAN | bool | false | f | ~",
                "BOOLEAN | bool | {\"$numberInt\":\"1\"} | ~ | {\"f\": {\"$numberInt\": \"1\"}}",
                "TIMESTAMPTZ | date | {\"$date\":{\"$numberLong\":\"0\"}} | 1970-01-01 00:00:00+00 | ~",
                "TIMESTAMPTZ | date | {\"$date\":{\"$numberLong\":\"-1\"}} | 1969-12-31 23:59:59.999+00 | ~",
                "TIMESTAMPTZ | date | {\"$date\":{\"$numberLong\":\"9224318015999999\"}} | 294276-12-31 23:59:59.999+00 | ~",
                "TIMESTAMPTZ | date | {\"$date\":{\"$numberLong\":\"9224318016000000\"}} | ~ | {\"f\": {\"$date\": {\"$numberLong\": \"9224318016000000\"}}}",
                "TIMESTAMPTZ | date | {\"$date\":{\"$numberLong\":\"-210866803200000\"}} | 4714-11-24 00:00:00+00 BC | ~",
                "TIMESTAMPTZ | date | {\"$date\":{\"$numberLong\":\"-210866803200001\"}} | ~ | {\"f\": {\"$date\": {\"$numberLong\": \"-210866803200001\"}}}",
                "TIMESTAMPTZ | date | {\"$date\":{\"$numberLong\":\"9223372036854775807\"}} | ~ | {\"f\": {\"$date\": {\"$numberLong\": \"9223372036854775807\"}}}",
                "TIMESTAMPTZ | date | \"2024-01-31T12:00:00.000Z\" | 2024-01-31 12:00:00+00 | {\"$types\": {\"f\": \"string\"}}",
                "TIMESTAMPTZ | date | \"2024-01-31\" | ~ | {\"f\": \"2024-01-31\"}",
                "UUID | binData | {\"$binary\":{\"base64\":\"a6e4EJ2tEdGAtADAT9QwyA==\",\"subType\":\"04\"}} | 6ba7b810-9dad-11d1-80b4-00c04fd430c8 | ~",
                "UUID | binData | {\"$binary\":{\"base64\":\"a6e4EJ2tEdGAtADAT9QwyA==\",\"subType\":\"03\"}} | ~ | {\"f\": {\"$binary\": {\"base64\": \"a6e4EJ2tEdGAtADAT9QwyA==\", \"subType\": \"03\"}}}",
                "UUID | objectId | {\"$oid\":\"000000000000000000000000\"} | 00000000-0000-7000-8000-000000000000 | ~",
                "UUID | objectId | {\"$oid\":\"ffffffffffffffffffffffff\"} | 03e7ffff-fc18-7fff-bfff-fffffffffc00 | ~",
                "BYTEA | binData | {\"$binary\":{\"base64\":\"AP8=\",\"subType\":\"00\"}} | \\x00ff | ~",
                "BYTEA | binData | {\"$binary\":{\"base64\":\"AP8=\",\"subType\":\"03\"}} | \\x00ff | {\"$types\": {\"f\": \"binData:3\"}}",
                "BYTEA | binData | {\"$binary\":{\"base64\":\"AgAAAAD/\",\"subType\":\"02\"}} | \\x00ff | {\"$types\": {\"f\": \"binData:2\"}}",
                "JSONB | object | {\"b\":{\"$numberInt\":\"1\"},\"a\":\"x\"} | {\"a\": \"x\", \"b\": 1} | ~",
                "JSONB | object | {\"a\":{\"$oid\":\"507f1f77bcf86cd799439011\"}} | {\"a\": \"507f1f77bcf86cd799439011\"} | {\"$types\": {\"f.a\": \"objectId\"}}",
                "JSONB | object | [{\"$numberDouble\":\"1.0\"},{\"$numberDouble\":\"NaN\"},{\"$numberLong\":\"1\"}] | [1.0, null, 1] | {\"f.1\": {\"$numberDouble\": \"NaN\"}, \"$types\": {\"f.2\": \"long\"}}",
                "JSONB | object | {\"d\":{\"$date\":{\"$numberLong\":\"0\"}}} | {\"d\": \"1970-01-01T00:00:00.000Z\"} | {\"$types\": {\"f.d\": \"date\"}}",
                "JSONB | object | {\"p\":{\"$numberDecimal\":\"1.10\"}} | {\"p\": 1.10} | {\"$types\": {\"f.p\": \"decimal\"}}",
                "JSONB | object | {\"b\":{\"$binary\":{\"base64\":\"AP8=\",\"subType\":\"00\"}}} | {\"b\": \"AP8=\"} | {\"$types\": {\"f.b\": \"binData:0\"}}",
                "JSONB | object | {\"$minKey\":1} | {\"$minKey\": 1} | {\"$types\": {\"f\": \"minKey\"}}",
                "JSONB | object | {\"$timestamp\":{\"t\":1,\"i\":2}} | {\"$timestamp\": {\"i\": 2, \"t\": 1}} | {\"$types\": {\"f\": \"timestamp\"}}",
                "JSONB | object | {\"$regularExpression\":{\"pattern\":\"^a\",\"options\":\"i\"}} | {\"$regularExpression\": {\"options\": \"i\", \"pattern\": \"^a\"}} | {\"$types\": {\"f\": \"regex\"}}",
                "JSONB | object | null | ~ | {\"$types\": {\"f\": \"null\"}}",
            })
    void aValueStandsInItsColumnOrInMongoExtra(String scalar, String home, String value, String column, String extra)
            throws InterruptedException {
        byte[] wrapped = ExtendedJsonReader.read(value);
        check(Scalar.valueOf(scalar), home, element(wrapped), column, extra);
    }

    /** What Extended JSON cannot spell, as hex of the value's BSON bytes. */
    static List<Object[]> bytesNoJsonSpells() {
        return List.of(
                new Object[] {
                    "TEXT",
                    "string",
                    BsonType.STRING,
                    "04000000610062" + "00",
                    "~",
                    "{\"f\": {\"$bson\": \"DwAAAAIABAAAAGEAYgAA\"}}"
                },
                new Object[] {
                    "TEXT",
                    "string",
                    BsonType.STRING,
                    "03000000eda0" + "00",
                    "~",
                    "{\"f\": {\"$bson\": \"DgAAAAIAAwAAAO2gAAA=\"}}"
                },
                new Object[] {"DOUBLE", "double", BsonType.DOUBLE, "230100000000f87f", "NaN", "~"},
                new Object[] {
                    "NUMERIC",
                    "decimal",
                    BsonType.DOUBLE,
                    "230100000000f87f",
                    "NaN",
                    "{\"f\": {\"$bson\": \"DwAAAAEAIwEAAAAA+H8A\"}}"
                },
                new Object[] {"BOOLEAN", "bool", BsonType.BOOLEAN, "02", "~", "{\"f\": {\"$bson\": \"CAAAAAgAAgA=\"}}"},
                new Object[] {
                    "NUMERIC",
                    "decimal",
                    BsonType.DECIMAL128,
                    "00000000000000000000000000000070",
                    "~",
                    "{\"f\": {\"$bson\": \"FwAAABMAAAAAAAAAAAAAAAAAAAAAcAA=\"}}"
                });
    }

    @ParameterizedTest
    @MethodSource("bytesNoJsonSpells")
    void bytesThatJsonCannotSpellAreKeptAsTheyAre(
            String scalar, String home, BsonType type, String hex, String column, String extra)
            throws InterruptedException {
        byte[] value = HexFormat.of().parseHex(hex);
        Bytes element = new Bytes(64);
        new BsonWriter(element).name(type, "f").raw(value, 0, value.length);
        check(Scalar.valueOf(scalar), home, element.toArray(), column, extra);
    }

    /** Renames the one element of {@code {"": value}} to f. */
    private static byte[] element(byte[] wrapped) {
        Bytes element = new Bytes(wrapped.length + 8);
        element.put(wrapped[4]);
        element.putAscii("f\0");
        element.put(wrapped, 6, wrapped.length - 7);
        return element.toArray();
    }

    private void check(Scalar scalar, String home, byte[] element, String column, String extra)
            throws InterruptedException {
        BsonWriter document = new BsonWriter(new Bytes(256)).begin();
        document.name(BsonType.INT32, "_id")
                .int32(1)
                .raw(element, 0, element.length)
                .end();
        byte[] bytes = document.out().toArray();
        BsonType homeType = BsonType.ofAlias(home).orElseThrow();
        FieldPlan.Column field = FieldPlan.Column.of("f", "f", new ColumnType(scalar, false), homeType);
        CollectionPlan plan = new CollectionPlan(
                new Namespace("db", "c"), TABLE, BsonType.OBJECT_ID, List.of(field), List.of(), Notes.NONE);
        DocumentMapper mapper = DocumentMapper.compile(plan);
        mapper.map(bytes, 0, bytes.length);
        List<String> shown = pg.transaction("show a value", tx -> {
            tx.execute("DROP TABLE IF EXISTS " + SqlText.quoted(TABLE));
            Ddl.create(Table.of(plan).getFirst(), 14).forEach(tx::execute);
            try (Rows rows = tx.copy(TABLE, mapper.columns(0))) {
                rows.write(mapper.rows().getFirst());
                rows.end();
            }
            return tx.row(
                            "SELECT coalesce(f::text, '~'), coalesce(mongo_extra::text, '~') FROM public.value",
                            row -> List.of(row.getString(1), row.getString(2)))
                    .orElseThrow();
        });
        assertThat(shown.getFirst()).isEqualTo(scalar == Scalar.BOOLEAN ? word(column) : column);
        assertThat(shown.getLast()).isEqualTo(extra);
    }

    private static String word(String letter) {
        return letter.equals("t") ? "true" : letter.equals("f") ? "false" : letter;
    }
}
