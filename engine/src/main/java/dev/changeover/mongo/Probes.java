package dev.changeover.mongo;

import org.bson.BsonDocument;

/** Asks and tries what a deployment can do. */
final class Probes {
    private final Members members;
    private final Retry retry;

    Probes(Members members, Retry retry) {
        this.members = members;
        this.retry = retry;
    }

    ServerFacts facts() {
        BsonDocument build = retry.call(
                new Retry.Ask("ask for the version of MongoDB", "any role"),
                () -> members.main()
                        .getDatabase("admin")
                        .runCommand(BsonDocument.parse("{buildInfo: 1}"), BsonDocument.class));
        return new ServerFacts(build.getString("version").getValue(), true, false, true);
    }
}
