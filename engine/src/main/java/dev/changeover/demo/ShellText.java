package dev.changeover.demo;

import java.nio.ByteBuffer;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.bson.types.Binary;
import org.bson.types.Decimal128;
import org.bson.types.ObjectId;
import org.jspecify.annotations.Nullable;

/** Values as MongoDB's shell writes them, in one line. Pure. */
final class ShellText {
    private ShellText() {}

    static String of(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> '"' + text.replace("\u0000", "\\u0000") + '"';
            case ObjectId id -> "ObjectId('" + id.toHexString() + "')";
            case Date date -> "ISODate('" + date.toInstant() + "')";
            case Decimal128 decimal -> "Decimal128('" + decimal + "')";
            case Binary binary when binary.getType() == 4 -> "UUID('" + uuid(binary.getData()) + "')";
            case List<?> list -> list.stream().map(ShellText::of).collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> document ->
                document.entrySet().stream()
                        .map(e -> e.getKey() + ": " + of(e.getValue()))
                        .collect(Collectors.joining(", ", "{", "}"));
            case Object other -> other.toString();
        };
    }

    private static UUID uuid(byte[] bytes) {
        ByteBuffer halves = ByteBuffer.wrap(bytes);
        return new UUID(halves.getLong(), halves.getLong());
    }
}
