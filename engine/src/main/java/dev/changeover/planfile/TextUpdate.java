package dev.changeover.planfile;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * Changes a YAML text at the places where the tree it says differs from the tree it shall say, and leaves every other
 * letter, comments among them, as a person wrote it. Used once.
 */
final class TextUpdate {
    private final String text;
    private final boolean oneUnitEach;
    private final List<Edit> edits = new ArrayList<>();

    /**
     * The letters from {@code from} up to {@code to} give way to {@code with}. Of several at one place, those of deeper
     * levels come first: they end what is there before something else begins.
     */
    private record Edit(int from, int to, String with, int indent) {}

    TextUpdate(String text) {
        this.text = text;
        oneUnitEach = text.codePoints().count() == text.length();
    }

    void reconcile(MappingNode node, YamlTree.Group before, YamlTree.Group now) {
        Map<String, NodeTuple> present = new HashMap<>();
        node.getValue().forEach(tuple -> present.put(((ScalarNode) tuple.getKeyNode()).getValue(), tuple));
        int indent = node.getValue().isEmpty()
                ? 0
                : node.getValue()
                        .get(0)
                        .getKeyNode()
                        .getStartMark()
                        .orElseThrow()
                        .getColumn();
        int after = node.getValue().isEmpty() ? text.length() : afterLastLine(lastOf(node));
        int place = now.spaced() ? after : firstPlace(node, present, now, after);
        for (Map.Entry<String, YamlTree> entry : now.entries().entrySet()) {
            NodeTuple tuple = present.get(entry.getKey());
            if (tuple == null) {
                String lines = YamlTree.renderEntry(entry.getKey(), entry.getValue(), indent);
                edits.add(new Edit(place, place, (now.spaced() ? "\n" : "") + lines, indent));
            } else {
                place = now.spaced() ? after : afterLastLine(tuple.getValueNode(), tuple.getKeyNode());
                change(
                        tuple,
                        before.entries().getOrDefault(entry.getKey(), entry.getValue()),
                        entry.getValue(),
                        indent);
            }
        }
        present.forEach((key, tuple) -> {
            if (before.entries().containsKey(key) && !now.entries().containsKey(key)) {
                delete(tuple);
            }
        });
    }

    /** Where an entry goes that is to stand before every one present: where the first of them begins. */
    private int firstPlace(MappingNode node, Map<String, NodeTuple> present, YamlTree.Group now, int after) {
        boolean anyCommon = now.entries().keySet().stream().anyMatch(present::containsKey);
        return anyCommon
                ? lineStart(
                        index(node.getValue().get(0).getKeyNode().getStartMark().orElseThrow()))
                : after;
    }

    private void change(NodeTuple tuple, YamlTree before, YamlTree now, int indent) {
        if (before.equals(now)) {
            return;
        }
        Node value = tuple.getValueNode();
        if (before instanceof YamlTree.Group old
                && now instanceof YamlTree.Group group
                && value instanceof MappingNode mapping
                && mapping.getFlowStyle() == FlowStyle.BLOCK) {
            reconcile(mapping, old, group);
            return;
        }
        int to = index(value.getEndMark().orElseThrow());
        int from = index(value.getStartMark().orElseThrow());
        while (from > 0 && text.charAt(from - 1) == ' ') {
            from--;
        }
        String with = YamlTree.renderValue(now, indent);
        edits.add(new Edit(from, to, to > from && text.charAt(to - 1) == '\n' ? with + "\n" : with, 0));
    }

    private void delete(NodeTuple tuple) {
        delete(tuple.getKeyNode(), tuple.getValueNode());
    }

    void delete(YamlEntries.Entry entry) {
        delete(entry.keyNode(), entry.value());
    }

    private void delete(Node key, Node value) {
        edits.add(new Edit(lineStart(index(key.getStartMark().orElseThrow())), afterLastLine(value, key), "", 0));
    }

    /** The text with every change made. */
    String text() {
        edits.sort(Comparator.comparingInt(Edit::from)
                .thenComparing(Comparator.comparingInt(Edit::indent).reversed()));
        StringBuilder updated = new StringBuilder();
        int at = 0;
        for (Edit edit : edits) {
            updated.append(text, at, Math.max(at, edit.from()));
            boolean midLine = !updated.isEmpty() && updated.charAt(updated.length() - 1) != '\n';
            boolean atEnd = edit.from() == text.length() && edit.from() == edit.to();
            updated.append(midLine && atEnd ? "\n" : "").append(edit.with());
            at = Math.max(at, edit.to());
        }
        return updated.append(text, at, text.length()).toString();
    }

    private int afterLastLine(Node value, Node key) {
        Node last = lastOf(value);
        return Math.max(afterLastLine(last), afterLastLine(key));
    }

    /** The beginning of the line after the one on which the node ends. */
    private int afterLastLine(Node last) {
        int end = index(last.getEndMark().orElseThrow());
        if (end > 0
                && text.charAt(end - 1) == '\n'
                && end > index(last.getStartMark().orElseThrow())) {
            return end;
        }
        int newLine = text.indexOf('\n', end);
        return newLine < 0 ? text.length() : newLine + 1;
    }

    private int lineStart(int at) {
        return text.lastIndexOf('\n', at - 1) + 1;
    }

    /** The node that ends last: a block collection's own end mark is only where the next thing begins. */
    private static Node lastOf(Node node) {
        if (node instanceof CollectionNode<?> collection && collection.getFlowStyle() == FlowStyle.FLOW) {
            return node;
        } else if (node instanceof MappingNode mapping && !mapping.getValue().isEmpty()) {
            NodeTuple last = mapping.getValue().get(mapping.getValue().size() - 1);
            boolean empty = last.getValueNode() instanceof ScalarNode scalar
                    && scalar.getValue().isEmpty();
            return empty ? last.getKeyNode() : lastOf(last.getValueNode());
        } else if (node instanceof SequenceNode sequence && !sequence.getValue().isEmpty()) {
            return lastOf(sequence.getValue().get(sequence.getValue().size() - 1));
        }
        return node;
    }

    /** Marks count code points, strings do not. */
    private int index(Mark mark) {
        return oneUnitEach ? mark.getIndex() : text.offsetByCodePoints(0, mark.getIndex());
    }
}
