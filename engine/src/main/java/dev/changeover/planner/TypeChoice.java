package dev.changeover.planner;

import dev.changeover.bson.BsonType;
import dev.changeover.plan.ColumnType;
import dev.changeover.profile.StringStats;
import dev.changeover.profile.ValueProfile;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The column type that suits the values seen, and why; {@code why} is empty where one type of value speaks for itself. */
record TypeChoice(ColumnType type, BsonType bson, String why) {
    /** One value in so many may be of a foreign type before a field counts as really mixed. */
    private static final int STRAYS_ONE_IN = 20;

    private static final Set<BsonType> WHOLE = EnumSet.of(BsonType.INT32, BsonType.INT64);
    private static final Set<BsonType> NUMBERS =
            EnumSet.of(BsonType.INT32, BsonType.INT64, BsonType.DOUBLE, BsonType.DECIMAL128);

    static TypeChoice of(ValueProfile values) {
        List<BsonType> types = values.types();
        if (types.isEmpty()) {
            return new TypeChoice(
                    ColumnType.JSONB,
                    BsonType.STRING,
                    "only nulls seen; jsonb takes whatever may come, give the type if known");
        }
        Set<BsonType> family = family(values, types.get(0));
        long members = family.stream().mapToLong(values::count).sum();
        boolean convertible = family.equals(NUMBERS) && types.contains(BsonType.STRING);
        long fitting = members + (convertible ? values.strings().numbers() : 0);
        long strays = values.values() - fitting;
        if (strays * STRAYS_ONE_IN > values.values()) {
            return new TypeChoice(ColumnType.JSONB, types.get(0), "values of different types: " + names(types));
        }
        ColumnType type = type(family, values, convertible && values.strings().numbers() > 0);
        return new TypeChoice(
                type, mostFrequent(type, values), String.join("; ", reasons(type, family, values, strays)));
    }

    /** The types of value that live in one column with the dominant type, without losing what they are. */
    private static Set<BsonType> family(ValueProfile values, BsonType dominant) {
        long numbers = NUMBERS.stream().mapToLong(values::count).sum();
        long numeric = numbers + values.strings().numbers();
        boolean stringsAreNumbers = numbers > 0 && (values.values() - numeric) * STRAYS_ONE_IN <= values.values();
        if (NUMBERS.contains(dominant) || (dominant == BsonType.STRING && stringsAreNumbers)) {
            return NUMBERS;
        }
        return EnumSet.of(dominant);
    }

    private static ColumnType type(Set<BsonType> family, ValueProfile values, boolean strings) {
        if (family.equals(NUMBERS)) {
            return strings ? ColumnType.NUMERIC : numberType(values);
        }
        return switch (family.iterator().next()) {
            case STRING, OBJECT_ID -> ColumnType.TEXT;
            case BOOLEAN -> ColumnType.BOOLEAN;
            case DATE -> ColumnType.TIMESTAMPTZ;
            case BINARY -> values.uuids() == values.count(BsonType.BINARY) ? ColumnType.UUID : ColumnType.BYTEA;
            case DOUBLE, INT32, INT64, DECIMAL128 -> numberType(values);
            case DOCUMENT,
                    ARRAY,
                    UNDEFINED,
                    NULL,
                    REGEX,
                    DB_POINTER,
                    CODE,
                    SYMBOL,
                    CODE_WITH_SCOPE,
                    TIMESTAMP,
                    MIN_KEY,
                    MAX_KEY -> ColumnType.JSONB;
        };
    }

    private static ColumnType numberType(ValueProfile values) {
        boolean whole = WHOLE.stream().anyMatch(t -> values.count(t) > 0);
        if (values.count(BsonType.DECIMAL128) > 0) {
            return ColumnType.NUMERIC;
        }
        if (values.count(BsonType.DOUBLE) > 0) {
            return whole && values.numbers().inexactInDouble() > 0 ? ColumnType.NUMERIC : ColumnType.DOUBLE;
        }
        return values.count(BsonType.INT64) > 0 ? ColumnType.BIGINT : ColumnType.INTEGER;
    }

    /** The BSON type that the column need not mark: the most frequent of those it holds. */
    static BsonType mostFrequent(ColumnType type, ValueProfile values) {
        for (BsonType bson : values.types()) {
            if (Fit.held(type.scalar(), bson, values) > 0) {
                return bson;
            }
        }
        return type.usualBson();
    }

    private static List<String> reasons(ColumnType type, Set<BsonType> family, ValueProfile values, long strays) {
        List<String> reasons = new ArrayList<>();
        boolean numbers = family.equals(NUMBERS);
        boolean doubles = values.count(BsonType.DOUBLE) > 0;
        boolean whole = WHOLE.stream().anyMatch(t -> values.count(t) > 0);
        if (numbers && doubles && whole && type.equals(ColumnType.DOUBLE)) {
            reasons.add("every whole number is exact as a double");
        } else if (numbers && doubles && whole && values.numbers().inexactInDouble() > 0) {
            reasons.add("whole numbers beyond 2^53 are not exact as a double");
        } else if (numbers && type.equals(ColumnType.NUMERIC) && values.count(BsonType.DECIMAL128) > 0) {
            reasons.add("decimal");
        }
        if (numbers && values.strings().numbers() > 0) {
            reasons.add(Wording.count(values.strings().numbers(), "string") + " exactly a number, converted");
        }
        if (strays > 0) {
            reasons.add(Wording.count(strays, "value") + " of another type kept in mongo_extra");
        }
        if (type.equals(ColumnType.TEXT)) {
            reasonsOfText(values, reasons);
        }
        if (type.equals(ColumnType.TIMESTAMPTZ) && values.datesOut() > 0) {
            reasons.add(Wording.count(values.datesOut(), "date") + " beyond PostgreSQL's range kept in mongo_extra");
        }
        return reasons;
    }

    private static void reasonsOfText(ValueProfile values, List<String> reasons) {
        StringStats strings = values.strings();
        if (strings.unfit() > 0) {
            reasons.add(
                    Wording.count(strings.unfit(), "string")
                            + " with U+0000 or not UTF-8 kept in mongo_extra; clean: true puts the cleaned text in the column too");
        }
        if (strings.count() > 0 && strings.numbers() == strings.count()) {
            reasons.add("every string is exactly a number: type numeric would hold them too");
        }
    }

    private static String names(List<BsonType> types) {
        return types.stream().map(BsonType::alias).collect(Collectors.joining(", "));
    }
}
