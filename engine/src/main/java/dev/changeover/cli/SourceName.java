package dev.changeover.cli;

/** What a MongoDB URI may be called where anybody can read it: hosts and database. */
final class SourceName {
    private SourceName() {}

    static String of(String uri) {
        String rest = uri.substring(uri.indexOf("://") + 3);
        int query = rest.indexOf('?');
        String bare = query < 0 ? rest : rest.substring(0, query);
        return "mongodb://" + bare.substring(bare.lastIndexOf('@') + 1);
    }
}
