package dev.changeover.mutants;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.platform.engine.DiscoverySelector;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The other JVM's program: runs the tests it is given, as {@code Class#method}, and ends with the first that fails. */
final class RunTests {
    private static final Logger LOG = LoggerFactory.getLogger(RunTests.class);

    static final int PASSED = 0;
    static final int FAILED = 1;
    private static final int NO_VERDICT = 2;

    private RunTests() {}

    public static void main(String[] tests) throws ClassNotFoundException {
        List<DiscoverySelector> selected = new ArrayList<>();
        for (String test : tests) {
            selected.addAll(methods(test));
        }
        AtomicInteger passed = new AtomicInteger();
        LauncherFactory.create()
                .execute(
                        LauncherDiscoveryRequestBuilder.request()
                                .selectors(selected)
                                .build(),
                        new TestExecutionListener() {
                            @Override
                            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                                result.getThrowable().ifPresent(failure -> end(test, failure));
                                if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                                    passed.incrementAndGet();
                                }
                            }
                        });
        System.exit(passed.get() >= selected.size() ? PASSED : NO_VERDICT);
    }

    /** Of any parameters. */
    private static List<DiscoverySelector> methods(String test) throws ClassNotFoundException {
        String[] parts = test.split("#", 2);
        Class<?> of = Class.forName(parts[0]);
        List<DiscoverySelector> found = new ArrayList<>();
        for (Method method : of.getDeclaredMethods()) {
            if (method.getName().equals(parts[1])) {
                found.add(selectMethod(of, method));
            }
        }
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "there is no " + test + " in " + Arrays.toString(of.getDeclaredMethods()));
        }
        return found;
    }

    /** A test that failed by what it saw ends in {@link #FAILED}; one that could not be run has shown nothing. */
    private static void end(TestIdentifier test, Throwable failure) {
        LOG.atError().setCause(failure).log(test.getDisplayName());
        boolean broken = false;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            broken |= cause instanceof LinkageError || cause instanceof ReflectiveOperationException;
        }
        System.exit(test.isTest() && !broken ? FAILED : NO_VERDICT);
    }
}
