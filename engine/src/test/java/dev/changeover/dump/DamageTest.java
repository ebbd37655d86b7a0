package dev.changeover.dump;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.changeover.Chunk;
import dev.changeover.ClusterTime;
import dev.changeover.FailedException;
import dev.changeover.Namespace;
import dev.changeover.bson.RawBatch;
import dev.changeover.source.ChunkReader;
import dev.changeover.source.CollectionFacts;
import dev.changeover.source.DamagedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonDouble;
import org.bson.BsonInt32;
import org.bson.BsonObjectId;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;
import org.bson.types.ObjectId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files that are cut off, or of which a bit is another: a message, or the right documents. */
class DamageTest {
    private static final int SEEDS = Integer.getInteger("seeds", 200);
    private static final Forms[] FORMS = {
        Forms.FOLDER,
        Forms.FOLDER_GZ,
        Forms.ARCHIVE,
        Forms.ARCHIVE_GZ,
        Forms.EXPORT_V2,
        Forms.EXPORT_V2_GZ,
        Forms.EXPORT_ARRAY
    };

    @TempDir
    Path folder;

    static IntStream seeds() {
        return IntStream.rangeClosed(1, SEEDS);
    }

    private static List<Dumped.Collection> collections(SplittableRandom random) {
        List<Dumped.Collection> all = new ArrayList<>();
        for (int c = 0; c < 3; c++) {
            List<byte[]> documents = new ArrayList<>();
            for (int n = 0; n < 300; n++) {
                BsonDocument document = new BsonDocument("_id", new BsonObjectId(new ObjectId(c, n)))
                        .append("n", new BsonInt32(random.nextInt()))
                        .append("text", new BsonString("t".repeat(random.nextInt(60)) + "\u00e9\"\\"))
                        .append("in", new BsonDocument("d", new BsonDouble(random.nextDouble())));
                documents.add(Dumped.bytes(new RawBsonDocument(document, new BsonDocumentCodec())));
            }
            all.add(new Dumped.Collection("c" + c, "{\"options\":{},\"indexes\":[]}", documents));
        }
        return all;
    }

    private Path damaged(Path written, SplittableRandom random) throws IOException {
        Path file = written;
        if (Files.isDirectory(written)) {
            List<Path> files;
            try (var all = Files.walk(written)) {
                files = all.filter(one -> one.getFileName().toString().matches("c\\d\\.(bson|json)(\\.gz)?"))
                        .sorted()
                        .toList();
            }
            file = files.get(random.nextInt(files.size()));
        }
        byte[] bytes = Files.readAllBytes(file);
        if (random.nextBoolean()) {
            Files.write(file, Arrays.copyOf(bytes, random.nextInt(bytes.length)));
            cut = true;
        } else {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
            Files.write(file, bytes);
            cut = false;
        }
        return file;
    }

    private boolean cut;

    /** What can be read, as a copy reads it; and what the reading ended with. */
    private static Optional<FailedException> read(Path path, Map<String, List<String>> documents) {
        try (Dump dump = Dump.open(path.toString(), Optional.of("d"))) {
            for (CollectionFacts facts : dump.collections()) {
                Namespace namespace = facts.namespace();
                for (Chunk chunk : dump.inOrder(dump.split(namespace, 4_000))) {
                    read(dump, chunk, documents.computeIfAbsent(namespace.collection(), n -> new ArrayList<>()));
                }
            }
            return Optional.empty();
        } catch (FailedException e) {
            return Optional.of(e);
        }
    }

    private static void read(Dump dump, Chunk chunk, List<String> documents) {
        try (ChunkReader reader = dump.read(chunk, new ClusterTime(0, 0))) {
            for (Optional<RawBatch> some = reader.next(); some.isPresent(); some = reader.next()) {
                for (int i = 0; i < some.get().size(); i++) {
                    int offset = some.get().offset(i);
                    documents.add(HexFormat.of()
                            .formatHex(
                                    some.get().bytes(),
                                    offset,
                                    offset + some.get().length(i)));
                }
            }
        } catch (DamagedException e) {
            throw e.failed();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void damageIsToldOrHarmless(int seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Forms form = FORMS[seed % FORMS.length];
        List<Dumped.Collection> collections = collections(random);
        Path written = form.write(folder, "d", collections);
        Map<String, List<String>> right = new HashMap<>();
        for (Dumped.Collection one : collections) {
            right.put(
                    one.name(),
                    one.documents().stream().map(HexFormat.of()::formatHex).toList());
        }
        org.junit.jupiter.api.Assertions.assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            Path file = damaged(written, random);
            Map<String, List<String>> found = new HashMap<>();
            Optional<FailedException> failed = read(written, found);
            if (failed.isPresent()) {
                assertThat(failed.get().getMessage())
                        .contains(file.getFileName().toString());
            } else if (!found.equals(right)) {
                assertUnnoticeable(form, right, found);
            }
        });
    }

    @Test
    void aCutWithinADocumentIsTold() throws IOException {
        Path written = Forms.FOLDER.write(folder, "d", collections(new SplittableRandom(1)));
        Path file = written.resolve("d").resolve("c1.bson");
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));
        assertThat(read(written, new HashMap<>()))
                .hasValueSatisfying(failed -> assertThat(failed).hasMessageContaining("ends within a document"));
    }

    @Test
    void aTypeThatIsNoneIsToldWhateverTheLengthsSay() throws IOException {
        Path written = Forms.FOLDER.write(folder, "d", collections(new SplittableRandom(1)));
        Path file = written.resolve("d").resolve("c1.bson");
        byte[] bytes = Files.readAllBytes(file);
        int nested = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\u0001d\u0000");
        bytes[nested] = 0x55;
        Files.write(file, bytes);
        assertThat(read(written, new HashMap<>()))
                .hasValueSatisfying(failed -> assertThat(failed).hasMessageContaining("not well formed"));
    }

    /** Nobody can notice a cut between two documents, or another bit in a value, of what has neither checksum nor end. */
    private void assertUnnoticeable(Forms form, Map<String, List<String>> right, Map<String, List<String>> found) {
        if (form != Forms.FOLDER && form != Forms.EXPORT_V2 && (form != Forms.EXPORT_ARRAY || cut)) {
            fail("wrong documents of " + form);
        }
        long others = 0;
        for (String name : right.keySet()) {
            List<String> all = right.get(name);
            List<String> some = found.getOrDefault(name, List.of());
            if (cut) {
                assertThat(some).isEqualTo(all.subList(0, some.size()));
            } else {
                assertThat(some).hasSameSizeAs(all);
                others += IntStream.range(0, all.size())
                        .filter(i -> !all.get(i).equals(some.get(i)))
                        .count();
            }
        }
        assertThat(others).isLessThanOrEqualTo(1);
    }
}
