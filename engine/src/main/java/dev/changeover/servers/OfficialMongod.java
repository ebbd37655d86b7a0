package dev.changeover.servers;

import de.flapdoodle.embed.mongo.distribution.Version;
import de.flapdoodle.embed.mongo.transitions.Mongod;
import de.flapdoodle.embed.process.archives.ExtractedFileSet;
import de.flapdoodle.embed.process.io.directories.PersistentDir;
import de.flapdoodle.embed.process.io.progress.ProgressListener;
import de.flapdoodle.reverse.StateID;
import de.flapdoodle.reverse.transitions.Start;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** MongoDB's own build for the platform, downloaded by de.flapdoodle.embed.mongo. */
final class OfficialMongod implements MongodSource {
    @Override
    public String name() {
        return "MongoDB's own server for this platform";
    }

    @Override
    public boolean fits() {
        return true;
    }

    @Override
    public void fetch(Path target) throws IOException {
        try (Room room = Room.make("official");
                var files = quiet(room.path())
                        .transitions(Version.Main.V8_0)
                        .walker()
                        .initState(StateID.of(ExtractedFileSet.class));
                InputStream binary = Files.newInputStream(files.current().executable())) {
            MongodSource.install(binary, target);
        } catch (RuntimeException e) {
            throw new IOException(MongodBinary.firstLine(e), e); // the library wraps a failed download in its own kinds
        }
    }

    private static Mongod quiet(Path downloads) {
        return Mongod.instance()
                .withPersistentBaseDir(Start.to(PersistentDir.class).initializedWith(PersistentDir.of(downloads)))
                .withProgressListener(Start.to(ProgressListener.class).initializedWith(new Quiet()));
    }

    private static final class Quiet implements ProgressListener {
        @Override
        public void progress(String label, int percent) {}

        @Override
        public void done(String label) {}

        @Override
        public void start(String label) {}

        @Override
        public void info(String label, String message) {}
    }
}
