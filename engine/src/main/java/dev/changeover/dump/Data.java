package dev.changeover.dump;

import java.util.List;

/** Where the documents of one collection are. Thread-safe. */
interface Data extends AutoCloseable {
    /** A collection without any: made by the oplog, or a view. */
    Data NONE = new Data() {
        @Override
        public Documents from(long place) {
            return new Documents() {
                @Override
                public java.util.Optional<Block> next(long to) {
                    return java.util.Optional.empty();
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public Size size() {
            return new Size(0, 0);
        }

        @Override
        public List<Long> edges(long bytes) {
            return List.of();
        }
    };

    /** Documents and bytes of BSON, estimated from the file's length and its first documents. */
    record Size(long documents, long bytes) {}

    /** The documents from a place on, which is 0 or that of a document. */
    Documents from(long place);

    Size size();

    /** Places that cut the data into pieces of about {@code bytes} each; none where it can only be read as a whole. */
    List<Long> edges(long bytes);

    /** Where a place is in the file that all collections share; pieces are best read in that order. */
    default long order(long place) {
        return 0;
    }

    /** True where reading at two places at once means to read everything twice. */
    default boolean oneReader() {
        return false;
    }

    /** Closes what was kept open to be read on. */
    @Override
    default void close() {}
}
