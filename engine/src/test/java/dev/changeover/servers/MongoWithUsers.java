package dev.changeover.servers;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bson.Document;

/** One replica set with users for all tests of a JVM, started at first use: who writes can be fenced only where there are users. */
public final class MongoWithUsers {
    private static final String PASSWORD = "a password";

    private static final AtomicInteger USERS = new AtomicInteger();

    private MongoWithUsers() {}

    private static final class Started {
        static final Mongod SERVER = start();

        private static Mongod start() {
            Mongod server = Mongod.startWithUsers(PASSWORD);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close));
            try (MongoClient root = MongoClients.create(root(server))) {
                var admin = root.getDatabase("admin");
                Document unused = admin.runCommand(new Document("createRole", "fence")
                        .append(
                                "privileges",
                                List.of(new Document("resource", new Document("cluster", true))
                                        .append(
                                                "actions",
                                                List.of(
                                                        "setUserWriteBlockMode",
                                                        "bypassWriteBlockingMode",
                                                        "appendOplogNote",
                                                        "inprog"))))
                        .append("roles", List.of()));
                user(
                        admin,
                        "changeover",
                        List.of(
                                "fence",
                                "readWriteAnyDatabase",
                                "clusterMonitor",
                                new Document("role", "read").append("db", "local")));
                user(admin, "application", List.of("readWriteAnyDatabase"));
            }
            return server;
        }

        private static void user(com.mongodb.client.MongoDatabase admin, String name, List<?> roles) {
            Document unused = admin.runCommand(
                    new Document("createUser", name).append("pwd", PASSWORD).append("roles", roles));
        }
    }

    private static String root(Mongod server) {
        return server.uri("root", PASSWORD.replace(" ", "%20"), "admin");
    }

    /** Ends what applications have open, transactions too. */
    public static void endSessionsOfApplications() {
        try (MongoClient root = MongoClients.create(root(Started.SERVER))) {
            Document unused = root.getDatabase("admin")
                    .runCommand(new Document(
                            "killAllSessions", List.of(new Document("user", "application").append("db", "admin"))));
        }
    }

    private static String uri(String user, String database) {
        return Started.SERVER.uri(user, PASSWORD.replace(" ", "%20"), database);
    }

    /** A user of their own, with these roles on the database. */
    public static String fresh(String database, List<String> roles) {
        String name = "user" + USERS.incrementAndGet();
        try (MongoClient root = MongoClients.create(uri("root", "admin"))) {
            Document unused = root.getDatabase("admin")
                    .runCommand(new Document("createUser", name)
                            .append("pwd", PASSWORD)
                            .append(
                                    "roles",
                                    roles.stream()
                                            .map(role -> new Document("role", role).append("db", database))
                                            .toList()));
        }
        return uri(name, database);
    }

    /** As the tool logs in: it may raise the fence, and writes behind it. */
    public static String changeover(String database) {
        return uri("changeover", database);
    }

    /** As an application logs in. */
    public static String application(String database) {
        return uri("application", database);
    }
}
