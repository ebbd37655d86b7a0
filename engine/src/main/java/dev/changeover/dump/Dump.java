package dev.changeover.dump;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.IdBound;
import dev.changeover.Namespace;
import dev.changeover.bson.Ids;
import dev.changeover.bson.RawBatch;
import dev.changeover.source.ChunkReader;
import dev.changeover.source.CollectionFacts;
import dev.changeover.source.DamagedException;
import dev.changeover.source.Kinds;
import dev.changeover.source.Source;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.bson.BsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/** A dump or an export as a source. Nothing is unpacked: what is asked for is read where it is. The package's door. */
public final class Dump implements Source {
    private static final JsonWriterSettings CANONICAL =
            JsonWriterSettings.builder().outputMode(JsonMode.EXTENDED).build();

    private final String name;
    private final Map<Namespace, Kept> collections = new TreeMap<>();
    private final List<String> remarks;
    private final Optional<ArchiveStream> stream;
    private Map<Namespace, List<Block>> samples = Map.of();

    private Dump(String name, List<Kept> kept, List<String> remarks, Optional<ArchiveStream> stream) {
        this.name = name;
        this.stream = stream;
        kept.forEach(one -> collections.put(one.stored().namespace(), one));
        this.remarks = List.copyOf(remarks);
    }

    /** A collection as it is at the end of the oplog. */
    record Kept(Stored stored, Changed changed) {}

    /** What stands at {@code path}; {@code database} names the one that files of mongoexport are of, if they do not. */
    public static Dump open(String path, Optional<String> database) {
        Path at = Path.of(path);
        if (!Files.exists(at)) {
            throw Damage.unreadable(path, "there is no such file or folder", null);
        }
        Found found = found(at, database);
        List<Kept> kept = Replay.of(found, Runtime.getRuntime().maxMemory());
        long bytes = found.collections().stream()
                .mapToLong(one -> one.data().size().bytes())
                .sum();
        return new Dump(
                at.toAbsolutePath().normalize() + ", " + bytes + " bytes", kept, found.remarks(), Optional.empty());
    }

    /** An archive that comes once, as standard input does: it can be sampled or copied, and not read again. */
    public static Dump open(InputStream in) {
        ArchiveStream stream = new ArchiveStream(in);
        List<Kept> kept = stream.stored().stream()
                .map(stored -> new Kept(stored, Changed.NOTHING))
                .toList();
        return new Dump(ArchiveStream.NAME, kept, List.of(), Optional.of(stream));
    }

    /** True of what comes once: a run that was stopped cannot go on with it. */
    public boolean comesOnce() {
        return stream.isPresent();
    }

    private static Found found(Path at, Optional<String> database) {
        if (Files.isDirectory(at)) {
            if (DumpFolder.isOne(at)) {
                return DumpFolder.read(at);
            }
        } else if (Archive.isOne(at)) {
            return Archive.read(at);
        }
        if (ExportFiles.isOne(at)) {
            return ExportFiles.read(at, database);
        }
        throw Damage.unreadable(
                at.toString(),
                "this is neither a folder or an archive of mongodump nor what mongoexport has written as JSON",
                null);
    }

    /** What was opened, as others are told: the path and how much is there, so that other files are noticed. */
    public String name() {
        return name;
    }

    /** What a person should know of this source. */
    public List<String> remarks() {
        return remarks;
    }

    @Override
    public List<CollectionFacts> collections() {
        List<CollectionFacts> all = new ArrayList<>();
        for (Kept one : collections.values()) {
            Stored stored = one.stored();
            Set<String> siblings = collections.keySet().stream()
                    .filter(other -> other.database().equals(stored.namespace().database()))
                    .map(Namespace::collection)
                    .collect(Collectors.toSet());
            Data.Size size = stored.data().size();
            all.add(new CollectionFacts(
                    stored.namespace(),
                    Kinds.of(stored.namespace().collection(), stored.type(), stored.options(), siblings),
                    json(stored.options()),
                    stored.indexes().stream().map(Dump::json).toList(),
                    size.documents(),
                    size.bytes()));
        }
        return all;
    }

    private static String json(BsonDocument document) {
        return document.toJson(CANONICAL);
    }

    private Kept kept(Namespace namespace) {
        return Optional.ofNullable(collections.get(namespace))
                .orElseThrow(() -> Damage.unreadable(name, "there is no " + namespace, null));
    }

    /** Every nth document, where n is chosen by the estimate of how many there are. */
    @Override
    public void sample(Namespace namespace, int size, Consumer<RawBatch> each) {
        long documents = kept(namespace).stored().data().size().documents();
        long step = Math.max(1, documents / size);
        long[] seen = {0};
        read(namespace, block -> {
            block.keep(i -> seen[0]++ % step == 0);
            if (block.size() > 0) {
                each.accept(block);
            }
        });
    }

    @Override
    public void scan(Namespace namespace, Consumer<RawBatch> each) {
        read(namespace, each::accept);
    }

    @Override
    public void byIds(Namespace namespace, List<IdBound> ids, Consumer<RawBatch> each) {
        Set<IdBound> wanted = new HashSet<>(ids);
        read(namespace, block -> {
            block.keep(i -> wanted.contains(Ids.of(block, i)));
            if (block.size() > 0) {
                each.accept(block);
            }
        });
    }

    private void read(Namespace namespace, Consumer<Block> each) {
        if (stream.isPresent()) {
            samples().getOrDefault(namespace, List.of()).forEach(each);
            return;
        }
        try (DumpReader reader = new DumpReader(kept(namespace), 0, Long.MAX_VALUE)) {
            for (Optional<Block> block = reader.block(); block.isPresent(); block = reader.block()) {
                each.accept(block.get());
            }
        } catch (DamagedException e) {
            throw e.failed();
        }
    }

    /** All that is kept of what comes once. */
    private synchronized Map<Namespace, List<Block>> samples() {
        if (samples.isEmpty() && stream.isPresent()) {
            samples = stream.get().samples();
        }
        return samples;
    }

    @Override
    public Optional<Chunk> more() {
        return stream.flatMap(ArchiveStream::more);
    }

    @Override
    public List<Chunk> split(Namespace namespace, long chunkBytes) {
        if (stream.isPresent()) {
            return List.of();
        }
        Kept kept = kept(namespace);
        List<Long> edges = new ArrayList<>(kept.stored().data().edges(chunkBytes));
        int parts = kept.changed().parts();
        for (int part = 0; part < parts; part++) {
            edges.add(Places.change(part, parts));
        }
        List<Chunk> chunks = new ArrayList<>();
        Optional<IdBound> from = Optional.empty();
        for (long edge : edges) {
            Optional<IdBound> to = Optional.of(Places.edge(edge));
            chunks.add(new Chunk(namespace, chunks.size(), from, to));
            from = to;
        }
        chunks.add(new Chunk(namespace, chunks.size(), from, Optional.empty()));
        return chunks;
    }

    @Override
    public ChunkReader read(Chunk chunk, ClusterTime since) {
        return stream.isPresent()
                ? new HeldReader(stream.get().held())
                : new DumpReader(kept(chunk.namespace()), Places.from(chunk), Places.to(chunk));
    }

    @Override
    public List<Chunk> inOrder(List<Chunk> open) {
        return readersMost() > 1
                ? open
                : open.stream().sorted(Comparator.comparingLong(this::order)).toList();
    }

    private long order(Chunk chunk) {
        return chunk.from().isPresent() && Places.from(chunk) >= Places.CHANGES
                ? Long.MAX_VALUE
                : kept(chunk.namespace()).stored().data().order(Places.from(chunk));
    }

    @Override
    public int readersMost() {
        return collections.values().stream().anyMatch(one -> one.stored().data().oneReader()) ? 1 : Integer.MAX_VALUE;
    }

    @Override
    public void close() {
        collections.values().forEach(one -> one.stored().data().close());
        stream.ifPresent(ArchiveStream::close);
    }
}
