package dev.changeover.postgres;

import dev.changeover.FailedException;
import dev.changeover.Failure;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/**
 * Where the target is, from a {@code postgresql://} URI as libpq takes it (PostgreSQL manual, 32.1.1.2) or from a JDBC
 * URL. {@code url} and {@code shown} hold no user, password or parameter; those are in {@code properties}.
 */
record PgUri(String url, Properties properties, String shown) {
    private static final String DURING = "read the PostgreSQL URI";
    private static final Duration SILENCE = Duration.ofMinutes(2);
    private static final String FORM =
            "Give postgresql://USER:PASSWORD@HOST:5432/DATABASE (or a jdbc:postgresql:// URL) as PG_URI or --pg;"
                    + " write a special character in a name or password as %XX.";

    /** libpq's parameters that the driver knows under another name or in another spelling. */
    private static final Map<String, PGProperty> PARAMETERS = Map.ofEntries(
            Map.entry("user", PGProperty.USER),
            Map.entry("password", PGProperty.PASSWORD),
            Map.entry("application_name", PGProperty.APPLICATION_NAME),
            Map.entry("connect_timeout", PGProperty.CONNECT_TIMEOUT),
            Map.entry("options", PGProperty.OPTIONS),
            Map.entry("sslmode", PGProperty.SSL_MODE),
            Map.entry("sslrootcert", PGProperty.SSL_ROOT_CERT),
            Map.entry("sslcert", PGProperty.SSL_CERT),
            Map.entry("sslkey", PGProperty.SSL_KEY),
            Map.entry("sslpassword", PGProperty.SSL_PASSWORD),
            Map.entry("sslnegotiation", PGProperty.SSL_NEGOTIATION),
            Map.entry("channel_binding", PGProperty.CHANNEL_BINDING),
            Map.entry("gssencmode", PGProperty.GSS_ENC_MODE),
            Map.entry("krbsrvname", PGProperty.KERBEROS_SERVER_NAME));

    static PgUri parse(String text) {
        String trimmed = text.trim();
        if (trimmed.startsWith("jdbc:postgresql:")) {
            return ofJdbc(trimmed);
        }
        for (String scheme : List.of("postgresql://", "postgres://")) {
            if (trimmed.startsWith(scheme)) {
                return ofLibpq(trimmed.substring(scheme.length()));
            }
        }
        throw wrong("it does not begin with postgresql:// or jdbc:postgresql://");
    }

    private static PgUri ofJdbc(String text) {
        Properties parsed = Driver.parseURL(text, new Properties());
        if (parsed == null) {
            throw wrong("it is not a JDBC URL of PostgreSQL");
        }
        String hosts = parsed.getProperty(PGProperty.PG_HOST.getName(), "localhost");
        String ports = parsed.getProperty(PGProperty.PG_PORT.getName(), "5432");
        String database = parsed.getProperty(PGProperty.PG_DBNAME.getName(), "");
        parsed.remove(PGProperty.PG_HOST.getName());
        parsed.remove(PGProperty.PG_PORT.getName());
        parsed.remove(PGProperty.PG_DBNAME.getName());
        List<String> host = List.of(hosts.split(","));
        List<String> port = List.of(ports.split(","));
        List<String> pairs = new ArrayList<>();
        for (int i = 0; i < host.size(); i++) {
            pairs.add(bracketed(host.get(i)) + ":" + port.get(Math.min(i, port.size() - 1)));
        }
        return of(String.join(",", pairs), database, parsed);
    }

    private static PgUri ofLibpq(String rest) {
        int query = rest.indexOf('?');
        String before = query < 0 ? rest : rest.substring(0, query);
        int slash = before.indexOf('/');
        String authority = slash < 0 ? before : before.substring(0, slash);
        String database = slash < 0 ? "" : decoded(before.substring(slash + 1));
        int at = authority.lastIndexOf('@');
        Properties properties = new Properties();
        if (at >= 0) {
            String user = authority.substring(0, at);
            int colon = user.indexOf(':');
            PGProperty.USER.set(properties, decoded(colon < 0 ? user : user.substring(0, colon)));
            if (colon >= 0) {
                PGProperty.PASSWORD.set(properties, decoded(user.substring(colon + 1)));
            }
        }
        List<String> hosts = new ArrayList<>();
        for (String host : authority.substring(at + 1).split(",", -1)) {
            hosts.add(hostAndPort(host));
        }
        if (query >= 0) {
            parameters(rest.substring(query + 1), properties);
        }
        return of(String.join(",", hosts), database, properties);
    }

    private static void parameters(String text, Properties properties) {
        for (String pair : text.split("&")) {
            int equals = pair.indexOf('=');
            if (equals < 1) {
                throw wrong("its parameter '" + pair + "' is not name=value");
            }
            parameter(decoded(pair.substring(0, equals)), decoded(pair.substring(equals + 1)), properties);
        }
    }

    private static void parameter(String name, String value, Properties properties) {
        PGProperty known = PARAMETERS.get(name);
        if (known != null) {
            known.set(properties, value);
        } else if (name.equals("tcp_user_timeout")) {
            PGProperty.SOCKET_TIMEOUT.set(properties, Math.ceilDiv(number(name, value), 1000));
        } else if (name.equals("target_session_attrs")) {
            PGProperty.TARGET_SERVER_TYPE.set(properties, serverType(value));
        } else if (!name.startsWith("keepalives") && !name.equals("client_encoding") && !name.equals("pgbouncer")) {
            throw wrong("Changeover does not know its parameter '" + name + "'");
        }
    }

    /**
     * How long PostgreSQL may take for what it should answer soon; zero is for ever. {@code socketTimeout} of a JDBC URL
     * says it in seconds, {@code tcp_user_timeout} of a URI in milliseconds.
     */
    Duration silence() {
        String seconds = properties.getProperty(PGProperty.SOCKET_TIMEOUT.getName());
        return seconds == null ? SILENCE : Duration.ofSeconds(number(PGProperty.SOCKET_TIMEOUT.getName(), seconds));
    }

    private static int number(String name, String value) {
        try {
            return Integer.parseUnsignedInt(value);
        } catch (NumberFormatException e) {
            throw wrong("its parameter " + name + " is '" + value + "', not a number");
        }
    }

    private static String serverType(String attrs) {
        if (attrs.equals("any")) {
            return "any";
        }
        if (attrs.equals("read-write") || attrs.equals("primary")) {
            return "primary";
        }
        throw wrong("target_session_attrs=" + attrs + " does not lead to a server that can be written to");
    }

    private static PgUri of(String hosts, String database, Properties properties) {
        if (properties.getProperty(PGProperty.USER.getName()) == null) {
            PGProperty.USER.set(properties, System.getProperty("user.name"));
        }
        String name = database.isEmpty() ? properties.getProperty(PGProperty.USER.getName()) : database;
        String encoded = URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
        return new PgUri("jdbc:postgresql://" + hosts + "/" + encoded, properties, hosts + "/" + name);
    }

    private static String hostAndPort(String text) {
        String host = text;
        String port = "5432";
        int colon = text.lastIndexOf(':');
        if (colon > text.lastIndexOf(']')) {
            host = text.substring(0, colon);
            port = text.substring(colon + 1);
        }
        host = decoded(host);
        if (host.startsWith("/")) {
            throw wrong("a Unix socket cannot be used; give a host name");
        }
        if (!port.chars().allMatch(Character::isDigit) || port.isEmpty() || Integer.parseInt(port) > 65_535) {
            throw wrong("'" + port + "' is not a port; a ':' or '@' in a user name or password is written %3A or %40");
        }
        return (host.isEmpty() ? "localhost" : bracketed(host)) + ":" + port;
    }

    private static String bracketed(String host) {
        return host.contains(":") && !host.startsWith("[") ? "[" + host + "]" : host;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw wrong("a % in it is not followed by two hexadecimal digits");
        }
    }

    private static FailedException wrong(String reason) {
        return new FailedException(new Failure.WrongUse(DURING, reason, FORM));
    }

    /** The names of the properties only: a value may be a password. */
    @Override
    public String toString() {
        return shown + " "
                + properties.stringPropertyNames().stream().sorted().collect(Collectors.joining(", ", "[", "]"));
    }
}
