package dev.changeover.planfile;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import dev.changeover.Namespace;
import dev.changeover.plan.Draft;
import dev.changeover.plan.Plan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;

/** The text of changeover.yaml, read. Immutable. */
public final class PlanFile {
    /** A plan of thousands of collections is still far below. */
    private static final int LETTERS_MOST = 256 << 20;

    /** What a file without anything but comments says. */
    private static final String EMPTY = "{}";

    private final String text;
    private final Node root;
    private final PlanReader.Read read;

    private PlanFile(String text, Node root, PlanReader.Read read) {
        this.text = text;
        this.root = root;
        this.read = read;
    }

    /** Fails with {@code WrongUse} that lists every mistake by line and column. */
    public static PlanFile parse(String text) {
        String plain = text.startsWith("\uFEFF") ? text.substring(1) : text;
        LoadSettings settings = LoadSettings.builder()
                .setLabel("changeover.yaml")
                .setCodePointLimit(LETTERS_MOST)
                .setAllowDuplicateKeys(true)
                .build();
        try {
            Compose compose = new Compose(settings);
            Node root = compose.composeString(plain)
                    .or(() -> compose.composeString(EMPTY))
                    .orElseThrow();
            return new PlanFile(plain, root, new PlanReader().read(root));
        } catch (MarkedYamlEngineException e) {
            throw Mistakes.syntax(e);
        } catch (YamlEngineException e) {
            throw new FailedException(
                    new Failure.WrongUse("read the plan", "not YAML: " + e.getMessage(), "Mend the file."), e);
        }
    }

    public static PlanFile load(Path path) {
        try {
            return parse(Files.readString(path));
        } catch (NoSuchFileException e) {
            throw new FailedException(
                    new Failure.WrongUse("read " + path, "there is no such file", "Make it with: changeover plan"), e);
        } catch (IOException e) {
            throw new FailedException(
                    new Failure.WrongUse(
                            "read " + path, String.valueOf(e.getMessage()), "Give another file with --plan."),
                    e);
        }
    }

    /** The plan, ready to be carried out; refused while it has choices whose columns are still to be written. */
    public Plan plan() {
        if (!read.unsettled().isEmpty()) {
            String places = read.unsettled().stream()
                    .map(u -> "line " + u.line() + ": " + String.join(".", u.path()) + " of " + u.namespace() + " says "
                            + u.choice() + " and has no columns yet")
                    .collect(Collectors.joining("\n"));
            throw new FailedException(new Failure.WrongUse(
                    "read the plan", "it is not finished\n" + places, "Run `changeover plan` again: it writes them."));
        }
        return read.plan();
    }

    /** The plan as it is, choices without columns among it. */
    public Draft draft() {
        Map<Namespace, Set<List<String>>> unsettled = new HashMap<>();
        read.unsettled()
                .forEach(u -> unsettled
                        .computeIfAbsent(u.namespace(), n -> new HashSet<>())
                        .add(u.path()));
        return new Draft(read.plan(), unsettled);
    }

    /** The namespaces that a person, or an earlier plan, left out. */
    public Set<Namespace> leftOut() {
        return read.plan().leftOut().stream().map(Plan.LeftOut::namespace).collect(Collectors.toSet());
    }

    /** A new file for {@code plan}. */
    public static String write(Plan plan) {
        return PlanWriter.HEADER + YamlTree.render(PlanWriter.tree(plan), 0);
    }

    /** This file's text, changed only where {@code plan} differs; the same text if it does not. */
    public String update(Plan plan) {
        if (!(root instanceof MappingNode mapping) || text.isBlank() || mapping.getFlowStyle() == FlowStyle.FLOW) {
            return (text.isBlank() || !read.plan().collections().isEmpty() ? PlanWriter.HEADER : text)
                    + YamlTree.render(PlanWriter.tree(plan), 0);
        }
        TextUpdate update = new TextUpdate(text);
        update.reconcile(mapping, PlanWriter.tree(read.plan()), PlanWriter.tree(plan));
        read.leftovers().forEach(update::delete);
        String updated = update.text();
        if (!parse(updated).read.plan().equals(plan)) {
            throw new FailedException(
                    new Failure.Broken("update the plan's file", "the new text would not say what was planned"));
        }
        return updated;
    }
}
