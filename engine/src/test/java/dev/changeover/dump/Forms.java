package dev.changeover.dump;

import com.mongodb.client.MongoDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.bson.RawBsonDocument;
import org.bson.json.JsonMode;
import org.bson.json.JsonWriterSettings;

/** Every form in which a database can be handed over. */
public enum Forms {
    FOLDER,
    FOLDER_GZ,
    ARCHIVE,
    ARCHIVE_GZ,
    EXPORT_V1,
    EXPORT_V2,
    EXPORT_V2_GZ,
    EXPORT_ARRAY,
    EXPORT_RELAXED;

    /** Whether it keeps every type apart. */
    public boolean isExact() {
        return this != EXPORT_RELAXED;
    }

    public boolean hasMetadata() {
        return ordinal() <= ARCHIVE_GZ.ordinal();
    }

    /** Writes the database into {@code folder}, and returns what to open. */
    public Path write(Path folder, MongoDatabase database) {
        return write(folder, database.getName(), Dumped.of(database));
    }

    Path write(Path folder, String name, List<Dumped.Collection> collections) {
        return switch (this) {
            case FOLDER -> Dumped.folder(folder, name, collections, false);
            case FOLDER_GZ -> Dumped.folder(folder, name, collections, true);
            case ARCHIVE -> archive(folder.resolve("x.archive"), name, collections, false);
            case ARCHIVE_GZ -> archive(folder.resolve("x.archive.gz"), name, collections, true);
            case EXPORT_V1 -> exports(folder.resolve(name), collections, v1(), false, false);
            case EXPORT_V2 -> exports(folder.resolve(name), collections, Dumped.CANONICAL, false, false);
            case EXPORT_V2_GZ -> exports(folder.resolve(name), collections, Dumped.CANONICAL, false, true);
            case EXPORT_ARRAY -> exports(folder.resolve(name), collections, Dumped.CANONICAL, true, false);
            case EXPORT_RELAXED ->
                exports(
                        folder.resolve(name),
                        collections,
                        JsonWriterSettings.builder()
                                .outputMode(JsonMode.RELAXED)
                                .build(),
                        false,
                        false);
        };
    }

    @SuppressWarnings("deprecation") // the old form is what is wanted
    private static JsonWriterSettings v1() {
        return JsonWriterSettings.builder().outputMode(JsonMode.STRICT).build();
    }

    private static Path archive(Path file, String name, List<Dumped.Collection> collections, boolean gzip) {
        Dumped.write(file, gzip, out -> Archived.write(out, name, collections, 7));
        return file;
    }

    private static Path exports(
            Path folder, List<Dumped.Collection> collections, JsonWriterSettings form, boolean array, boolean gzip) {
        for (Dumped.Collection one : collections) {
            Path file = folder.resolve(one.name() + ".json" + (gzip ? ".gz" : ""));
            Dumped.write(file, gzip, out -> {
                text(out, array ? "[" : "");
                for (int i = 0; i < one.documents().size(); i++) {
                    text(out, i > 0 ? array ? ",\n" : "\n" : "");
                    text(out, new RawBsonDocument(one.documents().get(i)).toJson(form));
                }
                text(out, array ? "]\n" : "\n");
            });
        }
        return folder;
    }

    private static void text(OutputStream out, String text) {
        try {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
