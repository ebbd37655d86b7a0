package dev.changeover.dump;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.IntFunction;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.BsonString;
import org.bson.RawBsonDocument;
import org.bson.codecs.BsonDocumentCodec;

/**
 * An archive of any size, made as it is written: collections c0, c1 ... of database {@code big}, among each other, and an oplog.
 * A document is {@code {_id: n, v: 0, payload: the MD5 of n, 14 times}}. The oplog counts v of document 0 of c0 up, and makes
 * it 1 in the {@code touched} after it.
 */
public record LargeArchive(int collections, int documents, int hot, int touched) {
    public static final String DATABASE = "big";
    public static final int REPEATED = 14;

    private static final String METADATA =
            "{\"options\":{},\"indexes\":[{\"v\":2,\"key\":{\"_id\":1},\"name\":\"_id_\"}]}";

    /** Made when it is asked for. */
    private static final class Made extends AbstractList<byte[]> {
        private final int size;
        private final IntFunction<byte[]> make;

        Made(int size, IntFunction<byte[]> make) {
            this.size = size;
            this.make = make;
        }

        @Override
        public byte[] get(int index) {
            return make.apply(index);
        }

        @Override
        public int size() {
            return size;
        }
    }

    /** Returns the file. */
    public Path write(Path file) {
        List<Dumped.Collection> all = new ArrayList<>();
        for (int i = 0; i < collections; i++) {
            all.add(new Dumped.Collection("c" + i, METADATA, new Made(documents, LargeArchive::document)));
        }
        Dumped.write(file, false, out -> Archived.write(out, DATABASE, all, new Made(hot + touched, this::entry), 7));
        return file;
    }

    private static byte[] document(int n) {
        return bytes(new BsonDocument("_id", new BsonInt32(n))
                .append("v", new BsonInt32(0))
                .append("payload", new BsonString(md5(n).repeat(REPEATED))));
    }

    /** The hot key's among those of the others. */
    private byte[] entry(int i) {
        int group = Math.max(1, (hot + touched) / Math.max(1, touched)); // one of so many is of another key
        int others = Math.min(touched, (i + 1) / group);
        boolean other = others > 0 && (i + 1) % group == 0 && (i + 1) / group <= touched;
        int id = other ? others : 0;
        int v = other ? 1 : i + 1 - others;
        BsonDocument diff = new BsonDocument("u", new BsonDocument("v", new BsonInt32(v)));
        return bytes(new BsonDocument("op", new BsonString("u"))
                .append("ns", new BsonString(DATABASE + ".c0"))
                .append("o2", new BsonDocument("_id", new BsonInt32(id)))
                .append("o", new BsonDocument("$v", new BsonInt32(2)).append("diff", diff)));
    }

    private static byte[] bytes(BsonDocument document) {
        return Dumped.bytes(new RawBsonDocument(document, new BsonDocumentCodec()));
    }

    private static String md5(int n) {
        try {
            byte[] text = Integer.toString(n).getBytes(StandardCharsets.UTF_8);
            return HexFormat.of().formatHex(MessageDigest.getInstance("MD5").digest(text));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
