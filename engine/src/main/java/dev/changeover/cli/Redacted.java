package dev.changeover.cli;

import java.util.regex.Pattern;

/** Text that may be shown: passwords in URIs and connection parameters are gone. */
final class Redacted {
    private static final Pattern IN_AUTHORITY = Pattern.compile("(://[^/:@\\s]*):[^@\\s]*@");
    private static final Pattern IN_PARAMETER =
            Pattern.compile("((?:password|passwd|pwd|sslpassword)\\s*=\\s*)[^&;\\s]+", Pattern.CASE_INSENSITIVE);

    private Redacted() {}

    static String of(String text) {
        String authority = IN_AUTHORITY.matcher(text).replaceAll("$1:***@");
        return IN_PARAMETER.matcher(authority).replaceAll("$1***");
    }
}
