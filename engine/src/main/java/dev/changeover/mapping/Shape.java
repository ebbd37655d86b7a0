package dev.changeover.mapping;

import dev.changeover.bson.BsonType;
import dev.changeover.plan.Paths;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The BSON types that a jsonb column's plan gives for paths inside it; a tree over field names, with {@code *} for any
 * array index. Immutable after {@link #compile}.
 */
final class Shape {
    private static final String ANY_INDEX = "*";

    private @Nullable BsonType type;
    private final Map<String, Shape> children = new HashMap<>();
    private @Nullable Level<Shape> level;
    private @Nullable Shape elements;

    private Shape() {}

    /** Null when the plan gives none: the common case then costs nothing. */
    static @Nullable Shape compile(Map<String, BsonType> types) {
        if (types.isEmpty()) {
            return null;
        }
        Shape root = new Shape();
        types.forEach((path, type) ->
                root.add(path.isEmpty() ? List.of() : Paths.split(path).names(), type));
        root.seal();
        return root;
    }

    private void add(List<String> names, BsonType of) {
        if (names.isEmpty()) {
            type = of;
        } else {
            children.computeIfAbsent(names.getFirst(), n -> new Shape()).add(names.subList(1, names.size()), of);
        }
    }

    private void seal() {
        elements = children.get(ANY_INDEX);
        List<String> names = List.copyOf(children.keySet());
        level = new Level<>(names, names.stream().map(children::get).toList());
        children.values().forEach(Shape::seal);
    }

    static @Nullable BsonType type(@Nullable Shape shape) {
        return shape == null ? null : shape.type;
    }

    /** The shape of an array's elements. */
    static @Nullable Shape elements(@Nullable Shape shape) {
        return shape == null ? null : shape.elements;
    }

    /** The shape of the field named by these bytes. */
    static @Nullable Shape field(@Nullable Shape shape, byte[] bytes, int from, int to) {
        if (shape == null || shape.level == null) {
            return null;
        }
        int i = shape.level.find(bytes, from, to, 0);
        return i < 0 ? null : shape.level.target(i);
    }

    static @Nullable Shape field(@Nullable Shape shape, String name) {
        return shape == null ? null : shape.children.get(name);
    }
}
