package dev.changeover.profile;

import dev.changeover.bson.BsonCursor;
import dev.changeover.bson.BsonType;
import dev.changeover.bson.BsonValues;
import dev.changeover.plan.ColumnType;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Everything counted about the values at one path. Mergeable; not thread-safe. */
public final class ValueProfile {
    private final Budget budget;
    private final Map<BsonType, Long> counts = new EnumMap<>(BsonType.class);
    private final Map<Integer, Long> subtypes = new TreeMap<>();
    private final Sketch sketch = new Sketch();
    private final StringStats strings = new StringStats();
    private final NumberStats numbers = new NumberStats();
    private final ObjectIdSample objectIds = new ObjectIdSample();
    private long uuids;
    private long datesOut;
    private @Nullable DocumentProfile documents;
    private @Nullable ArrayProfile arrays;

    ValueProfile(Budget budget) {
        this.budget = budget;
    }

    /** Of no value at all. */
    public static ValueProfile none() {
        return new ValueProfile(new Budget(0));
    }

    void add(BsonCursor at, Walk walk) {
        BsonType type = at.type();
        byte[] bytes = at.bytes();
        counts.merge(type, 1L, Long::sum);
        switch (type) {
            case DOCUMENT -> walk.inside(at, inner -> documents().add(inner, walk));
            case ARRAY -> walk.inside(at, inner -> arrays().add(inner, walk));
            case STRING -> strings.add(bytes, BsonValues.stringStart(at.valueStart()), at.valueEnd() - 1);
            case INT32, INT64, DOUBLE -> numbers.add(type, bytes, at.valueStart());
            case BINARY -> addBinary(bytes, at.valueStart());
            case OBJECT_ID -> objectIds.add(bytes, at.valueStart());
            case DATE -> addDate(BsonValues.int64(bytes, at.valueStart()));
            case DECIMAL128,
                    BOOLEAN,
                    NULL,
                    UNDEFINED,
                    REGEX,
                    DB_POINTER,
                    CODE,
                    SYMBOL,
                    CODE_WITH_SCOPE,
                    TIMESTAMP,
                    MIN_KEY,
                    MAX_KEY -> {}
        }
        if (type != BsonType.DOCUMENT && type != BsonType.ARRAY && type != BsonType.NULL) {
            sketch.add((byte) type.code(), bytes, at.valueStart(), at.valueEnd());
        }
    }

    private void addBinary(byte[] bytes, int at) {
        int subtype = BsonValues.binarySubtype(bytes, at);
        subtypes.merge(subtype, 1L, Long::sum);
        if (subtype == 4 && BsonValues.int32(bytes, at) == 16) {
            uuids++;
        }
    }

    private void addDate(long milliseconds) {
        if (milliseconds < ColumnType.TIMESTAMPTZ_FIRST || milliseconds > ColumnType.TIMESTAMPTZ_LAST) {
            datesOut++;
        }
    }

    void merge(ValueProfile other) {
        other.counts.forEach((type, n) -> counts.merge(type, n, Long::sum));
        other.subtypes.forEach((subtype, n) -> subtypes.merge(subtype, n, Long::sum));
        sketch.merge(other.sketch);
        strings.merge(other.strings);
        numbers.merge(other.numbers);
        objectIds.merge(other.objectIds);
        uuids += other.uuids;
        datesOut += other.datesOut;
        if (other.documents != null) {
            documents().merge(other.documents);
        }
        if (other.arrays != null) {
            arrays().merge(other.arrays);
        }
    }

    /** The documents among the values; made when the first one comes. */
    private DocumentProfile documents() {
        if (documents == null) {
            documents = new DocumentProfile(budget);
        }
        return documents;
    }

    private ArrayProfile arrays() {
        if (arrays == null) {
            arrays = new ArrayProfile(budget);
        }
        return arrays;
    }

    /** The paths below this one that take up room. */
    int paths() {
        int inDocuments = documents == null ? 0 : documents.paths();
        return inDocuments + (arrays == null ? 0 : arrays.elements().paths());
    }

    public Optional<DocumentProfile> document() {
        return Optional.ofNullable(documents);
    }

    public Optional<ArrayProfile> array() {
        return Optional.ofNullable(arrays);
    }

    public long count(BsonType type) {
        return counts.getOrDefault(type, 0L);
    }

    Map<BsonType, Long> counts() {
        return counts;
    }

    /** Values of any type, nulls among them. */
    public long present() {
        return counts.values().stream().mapToLong(Long::longValue).sum();
    }

    /** Values that are something: neither null nor the old undefined. */
    public long values() {
        return present() - count(BsonType.NULL) - count(BsonType.UNDEFINED);
    }

    /** The types of {@link #values}, the most frequent first. */
    public List<BsonType> types() {
        return counts.entrySet().stream()
                .filter(e -> e.getKey() != BsonType.NULL && e.getKey() != BsonType.UNDEFINED)
                .sorted(Map.Entry.<BsonType, Long>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
    }

    public Map<Integer, Long> subtypes() {
        return subtypes;
    }

    /** How many of the values are different; an estimate unless {@link #distinctExact}. */
    public long distinct() {
        return Math.min(values(), sketch.distinct());
    }

    public boolean distinctExact() {
        return sketch.exact();
    }

    public StringStats strings() {
        return strings;
    }

    public NumberStats numbers() {
        return numbers;
    }

    public List<byte[]> objectIds() {
        return objectIds.ids();
    }

    /** Binary values of subtype 4 with the 16 bytes of a UUID. */
    public long uuids() {
        return uuids;
    }

    /** Dates that timestamptz cannot hold. */
    public long datesOut() {
        return datesOut;
    }
}
