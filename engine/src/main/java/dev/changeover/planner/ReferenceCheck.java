package dev.changeover.planner;

import dev.changeover.Namespace;
import java.util.List;

/** Looks up ObjectIds as {@code _id}s of a collection; asked only while a plan is made. */
public interface ReferenceCheck {
    /** Looks nothing up and finds nothing. */
    ReferenceCheck NONE = (namespace, objectIds) -> 0;

    /** How many of {@code objectIds} (12 bytes each) are the {@code _id} of a document in {@code namespace}. */
    int found(Namespace namespace, List<byte[]> objectIds);
}
