package dev.changeover.planfile;

import dev.changeover.plan.Notes;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** The entries of one YAML mapping with their places. Values are read as the texts they are: {@code null} is a word. */
final class YamlEntries {
    private final Node node;
    private final Mistakes mistakes;
    private final Map<String, Entry> entries = new LinkedHashMap<>();

    record Entry(String key, Node keyNode, Node value) {}

    private YamlEntries(Node node, Mistakes mistakes) {
        this.node = node;
        this.mistakes = mistakes;
    }

    /** {@code what} it is, for a message; nothing at all stands for an empty mapping. */
    static YamlEntries of(Node node, String what, Mistakes mistakes) {
        YamlEntries read = new YamlEntries(node, mistakes);
        if (node.getAnchor().isPresent()) {
            mistakes.add(node, "anchors and aliases are not for this file; write it out");
        }
        if (node instanceof MappingNode mapping) {
            mapping.getValue().forEach(read::add);
        } else if (!(node instanceof ScalarNode scalar && scalar.getValue().isEmpty())) {
            mistakes.add(node, what + " is expected here, as 'name: value' lines");
        }
        return read;
    }

    private void add(NodeTuple tuple) {
        Node keyNode = tuple.getKeyNode();
        if (!(keyNode instanceof ScalarNode key)) {
            mistakes.add(keyNode, "a name is expected here");
            return;
        }
        Entry entry = new Entry(key.getValue(), keyNode, tuple.getValueNode());
        if (entries.putIfAbsent(entry.key(), entry) != null) {
            mistakes.add(keyNode, "'" + entry.key() + "' comes twice");
        }
    }

    /** Notes every key that is not {@code known}. */
    YamlEntries only(String what, List<String> known) {
        entries.values().stream()
                .filter(e -> !known.contains(e.key()))
                .forEach(e -> mistakes.addWord(e.keyNode(), what, e.key(), known));
        return this;
    }

    Node node() {
        return node;
    }

    Collection<Entry> all() {
        return entries.values();
    }

    Optional<Entry> get(String key) {
        return Optional.ofNullable(entries.get(key));
    }

    boolean has(String key) {
        return entries.containsKey(key);
    }

    String text(String key) {
        return get(key).map(e -> text(e.value(), "a text for '" + key + "'")).orElse("");
    }

    private String text(Node value, String what) {
        if (value instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        mistakes.add(value, what + " is expected here");
        return "";
    }

    List<String> texts(String key) {
        if (get(key).isEmpty()) {
            return List.of();
        }
        Node value = get(key).get().value();
        if (value instanceof SequenceNode list) {
            return list.getValue().stream().map(n -> text(n, "a text")).toList();
        }
        mistakes.add(value, "a list is expected here: [a, b]");
        return List.of();
    }

    boolean flag(String key) {
        return get(key).isPresent()
                && word(key, "value for " + key, List.of("true", "false")).equals("true");
    }

    /** The value of {@code key} if it is one of {@code known}, else empty and a mistake. */
    String word(String key, String what, List<String> known) {
        String word = text(key);
        if (known.contains(word)) {
            return word;
        }
        get(key).ifPresent(e -> mistakes.addWord(e.value(), what, word, known));
        return "";
    }

    Notes notes() {
        return new Notes(text("seen"), text("why"), text("note"));
    }
}
