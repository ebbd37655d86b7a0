package dev.changeover.mapping;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.changeover.bson.ExtendedJsonReader;
import dev.changeover.plan.ColumnType;
import dev.changeover.plan.ColumnType.Scalar;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Whether two rows of a table hold the same values, as SQL sees them: numeric by value, jsonb by content. mongo_extra is
 * not looked at, and neither is ord, as only the order of rows counts.
 */
final class TupleComparison {
    private static final int ARRAY_HEADER = 20;

    private final List<String> names;
    private final List<ColumnType> types;
    private final boolean array;

    /** Of a table with these columns, as {@link DocumentMapper} has them; {@code array}: of the elements of one. */
    TupleComparison(List<String> names, List<ColumnType> types, boolean array) {
        this.names = names;
        this.types = types;
        this.array = array;
    }

    /** Adds the columns that differ; true when a time of {@code row} is finer than the millisecond of {@code mapped}. */
    boolean unlike(Tuple mapped, Tuple row, List<String> into) {
        boolean rounded = false;
        for (int i = 0; i < names.size() - 1; i++) { // mongo_extra is the last
            ColumnType type = types.get(i);
            boolean ord = array && i == 1;
            if (ord || mapped.sameBytes(row, i)) {
                continue;
            }
            if (mapped.isNull(i) || row.isNull(i)) {
                into.add(names.get(i));
            } else if (type.equals(ColumnType.TIMESTAMPTZ) && sameMillisecond(mapped, row, i)) {
                rounded = true;
            } else if (!sameValue(type, mapped, row, i)) {
                into.add(names.get(i));
            }
        }
        return rounded;
    }

    private static boolean sameMillisecond(Tuple mapped, Tuple row, int i) {
        long finer = Tuple.int64(row.bytes(), row.start(i)) - Tuple.int64(mapped.bytes(), mapped.start(i));
        return finer >= 0 && finer < 1_000;
    }

    private static boolean sameValue(ColumnType type, Tuple a, Tuple b, int i) {
        if (type.scalar() == Scalar.NUMERIC) {
            return type.array() ? sameNumbers(a, b, i) : sameNumber(a.bytes(), a.start(i), b.bytes(), b.start(i));
        }
        return type.equals(ColumnType.JSONB) && json(a, i).equals(json(b, i));
    }

    private static boolean sameNumber(byte[] a, int atA, byte[] b, int atB) {
        String one = Numeric.read(a, atA);
        String other = Numeric.read(b, atB);
        return one.equals(other)
                || finite(one) && finite(other) && new BigDecimal(one).compareTo(new BigDecimal(other)) == 0;
    }

    /** Arrays of one dimension, whose headers are alike: dimensions, nulls, type, count and first subscript. */
    private static boolean sameNumbers(Tuple a, Tuple b, int i) {
        int atA = a.start(i) + ARRAY_HEADER;
        int atB = b.start(i) + ARRAY_HEADER;
        boolean headers = a.length(i) >= ARRAY_HEADER
                && b.length(i) >= ARRAY_HEADER
                && Arrays.equals(a.bytes(), a.start(i), atA, b.bytes(), b.start(i), atB);
        while (headers && atA < a.start(i) + a.length(i)) {
            int lengthA = Tuple.int32(a.bytes(), atA);
            int lengthB = Tuple.int32(b.bytes(), atB);
            if (lengthA < 0 != lengthB < 0 || lengthA >= 0 && !sameNumber(a.bytes(), atA + 4, b.bytes(), atB + 4)) {
                return false;
            }
            atA += 4 + Math.max(0, lengthA);
            atB += 4 + Math.max(0, lengthB);
        }
        return headers;
    }

    private static boolean finite(String number) {
        return !number.endsWith("N") && !number.endsWith("y");
    }

    /** Maps, lists, texts, numbers without final zeros. */
    private static Object json(Tuple row, int i) {
        try (JsonParser json = ExtendedJsonReader.JSON.createParser(row.bytes(), row.start(i) + 1, row.length(i) - 1)) {
            json.nextToken();
            return value(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Object value(JsonParser json) throws IOException {
        return switch (json.currentToken()) {
            case START_OBJECT -> {
                Map<String, Object> fields = new HashMap<>();
                while (json.nextToken() != JsonToken.END_OBJECT) {
                    String name = json.currentName();
                    json.nextToken();
                    fields.put(name, value(json));
                }
                yield fields;
            }
            case START_ARRAY -> {
                List<Object> items = new ArrayList<>();
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    items.add(value(json));
                }
                yield items;
            }
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new BigDecimal(json.getText()).stripTrailingZeros();
            case VALUE_STRING -> json.getText();
            case VALUE_TRUE, VALUE_FALSE, VALUE_NULL -> json.currentToken();
            case END_OBJECT, END_ARRAY, FIELD_NAME, NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT ->
                throw new IllegalStateException("JSON value expected, found " + json.currentToken());
        };
    }
}
