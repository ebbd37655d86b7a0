package dev.changeover;

import static com.tngtech.archunit.core.domain.JavaModifier.FINAL;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** The package rules of ARCHITECTURE.md. */
@AnalyzeClasses(packages = "dev.changeover", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "dev.changeover";

    /** The one line that packages stand in: a package imports only from its left, never its neighbours in a tier. */
    private static final List<Set<String>> TIERS = List.of(
            Set.of(ROOT),
            Set.of("bson"),
            Set.of("plan"),
            Set.of("profile", "mapping", "index", "planfile"),
            Set.of("source"),
            Set.of("planner", "mongo", "dump", "postgres"),
            Set.of("state"),
            Set.of("copy", "follow", "reverse", "verify", "finish", "doctor", "phase"),
            Set.of("cutover"),
            Set.of("run", "report"),
            Set.of("http"),
            Set.of("metrics", "page"),
            Set.of("demo"),
            Set.of("cli"));

    /** What each package may import; the servers and the router stand apart, and only the demo uses them. */
    private static Map<String, Set<String>> allowed() {
        Map<String, Set<String>> allowed = new HashMap<>();
        Set<String> left = new HashSet<>();
        for (Set<String> tier : TIERS) {
            tier.forEach(name -> allowed.put(name, Set.copyOf(left)));
            left.addAll(tier);
        }
        allowed.put("servers", Set.of(ROOT));
        allowed.put("router", Set.of());
        Set<String> demo = new HashSet<>(allowed.get("demo"));
        demo.add("servers");
        demo.add("router");
        allowed.put("demo", demo);
        return allowed;
    }

    private static String layer(JavaClass type) {
        String name = type.getPackageName();
        return name.equals(ROOT) ? ROOT : name.substring(ROOT.length() + 1);
    }

    private static final ArchCondition<JavaClass> IMPORT_ONLY_FROM_THE_LEFT =
            new ArchCondition<>("import only from the left") {
                private final Map<String, Set<String>> allowed = allowed();

                @Override
                public void check(JavaClass type, ConditionEvents events) {
                    String own = layer(type);
                    Set<String> others = allowed.get(own);
                    if (others == null) {
                        events.add(SimpleConditionEvent.violated(type, own + " has no place in the line of packages"));
                        return;
                    }
                    type.getDirectDependenciesFromSelf().stream()
                            .filter(d -> d.getTargetClass().getPackageName().startsWith(ROOT))
                            .filter(d -> !layer(d.getTargetClass()).equals(own))
                            .filter(d -> !others.contains(layer(d.getTargetClass())))
                            .forEach(d -> events.add(SimpleConditionEvent.violated(d, d.getDescription())));
                }
            };

    @ArchTest
    static final ArchRule data_flows_one_way = classes().should(IMPORT_ONLY_FROM_THE_LEFT);

    @ArchTest
    static final ArchRule no_cycles =
            slices().matching("dev.changeover.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_mongo_knows_the_driver = noClasses()
            .that()
            .resideOutsideOfPackages("..mongo..", "..servers..", "..demo..", "..router..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.mongodb..");

    @ArchTest
    static final ArchRule only_postgres_and_state_speak_sql = noClasses()
            .that()
            .resideOutsideOfPackages("..postgres..", "..state..", "..servers..", "..demo..", "..router..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "com.zaxxer..");

    @ArchTest
    static final ArchRule only_metrics_knows_micrometer = noClasses()
            .that()
            .resideOutsideOfPackage("..metrics..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.micrometer..", "io.prometheus..");

    @ArchTest
    static final ArchRule only_http_knows_the_server = noClasses()
            .that()
            .resideOutsideOfPackage("..http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.sun.net.httpserver..");

    @ArchTest
    static final ArchRule who_moves_data_knows_the_plan_but_not_how_it_is_made = noClasses()
            .that()
            .resideInAnyPackage(
                    "..mapping..",
                    "..source..",
                    "..mongo..",
                    "..dump..",
                    "..postgres..",
                    "..state..",
                    "..copy..",
                    "..follow..",
                    "..reverse..",
                    "..verify..",
                    "..finish..",
                    "..doctor..",
                    "..phase..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..profile..", "..planfile..", "..planner..");

    @ArchTest
    static final ArchRule plan_and_mapping_are_pure = noClasses()
            .that()
            .resideInAnyPackage(
                    "..bson..", "..plan..", "..profile..", "..mapping..", "..index..", "..planfile..", "..planner..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.net..", "java.nio.channels..", "java.util.concurrent..", "org.slf4j..");

    @ArchTest
    static final ArchRule only_cli_knows_arguments_and_terminals = noClasses()
            .that()
            .resideOutsideOfPackage("..cli..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("picocli..", "ch.qos.logback..")
            .orShould()
            .accessField(System.class, "out")
            .orShould()
            .accessField(System.class, "err")
            .orShould()
            .callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule names_say_what_it_is =
            noClasses().should().haveNameMatching(".*(Util|Utils|Helper|Manager|Impl|Processor|Abstract\\w*|Base)$");

    @ArchTest
    static final ArchRule classes_are_final = classes()
            .that()
            .areNotInterfaces()
            .and()
            .areNotEnums()
            .and()
            .areNotAnonymousClasses()
            .and(DescribedPredicate.describe(
                    "are neither sealed nor constants of an enum",
                    type -> !type.isAssignableTo(Enum.class) && !type.reflect().isSealed()))
            .should()
            .haveModifier(FINAL);

    @ArchTest
    static final ArchRule no_static_state = fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule time_is_handed_in = noClasses()
            .that()
            .resideOutsideOfPackage("..cli..")
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(InstantSource.class, "system")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", java.time.Duration.class)
            .orShould()
            .callMethod(TimeUnit.class, "sleep", long.class);

    @ArchTest
    static final ArchRule constructors_are_short = classes().should(new ArchCondition<>("have at most 5 parameters") {
        @Override
        public void check(JavaClass type, ConditionEvents events) {
            if (type.isRecord() || type.isEnum()) {
                return; // a record's parameters are its fields, an enum's are a table
            }
            List<String> long_ = new ArrayList<>();
            type.getConstructors().stream()
                    .filter(c -> c.getRawParameterTypes().size() > 5 + (type.isInnerClass() ? 1 : 0))
                    .filter(c -> !type.isAnonymousClass())
                    .forEach(c -> long_.add(c.getDescription()));
            long_.forEach(d -> events.add(SimpleConditionEvent.violated(type, d + " wants a noun for its parameters")));
        }
    });
}
