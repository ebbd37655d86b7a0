package dev.changeover.copy;

import java.util.concurrent.atomic.LongAdder;

/** What has been read of one collection, rows not yet committed included. Thread-safe. */
final class Meter {
    private final LongAdder documents = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private final LongAdder chunksDone = new LongAdder();
    private final LongAdder chunks = new LongAdder();

    void read(long moreDocuments, long moreBytes) {
        documents.add(moreDocuments);
        bytes.add(moreBytes);
    }

    void chunks(int done, int all) {
        chunksDone.add(done);
        chunks.add(all);
    }

    long documents() {
        return documents.sum();
    }

    long bytes() {
        return bytes.sum();
    }

    int chunksDone() {
        return chunksDone.intValue();
    }

    int chunks() {
        return chunks.intValue();
    }
}
