package dev.changeover.doctor;

/** Poolers that hosts of PostgreSQL put in front of it, by the names of their endpoints. */
final class Pooler {
    private Pooler() {}

    /** From host, port and database. */
    static boolean isNamed(String shown) {
        return neon(shown) || supabase(shown) || shown.contains(":6432") || shown.contains(":6543");
    }

    private static boolean neon(String shown) {
        return shown.contains("-pooler.");
    }

    private static boolean supabase(String shown) {
        return shown.contains("pooler.supabase.com");
    }

    /** Names the endpoint behind the pooler as far as its name tells. */
    static String direct(String shown) {
        if (supabase(shown)) {
            return "Supabase: use the direct connection db.PROJECT.supabase.co:5432, or, without IPv6, the session"
                    + " pooler: the same host with port 5432 in place of 6543.";
        }
        if (neon(shown)) {
            return "Neon: use the direct endpoint, the same host without -pooler: " + shown.replace("-pooler.", ".")
                    + ".";
        }
        return "Give PostgreSQL's own host and port (usually 5432, where a PgBouncer has 6432), or a pool in session"
                + " mode.";
    }
}
