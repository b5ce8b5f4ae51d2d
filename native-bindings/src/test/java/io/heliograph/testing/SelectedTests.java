package io.heliograph.testing;

import java.util.List;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the test classes that its arguments name, in one JVM and without Maven, and prints a line for each test: for places where starting a
 * JVM takes a minute. {@link SkipReporter} adds why tests were skipped. Ends with 1 if one failed, or none passed. A test that hangs fails and ends
 * all, see {@link HangWatch}.
 */
public final class SelectedTests implements TestExecutionListener {
    private final HangWatch watch;
    private int passed;
    private int failed;

    private SelectedTests(HangWatch watch) {
        this.watch = watch;
    }

    /**
     * Runs them.
     *
     * @param arguments how many seconds a test may take, its set-up included, and the classes' full names
     */
    public static void main(String[] arguments) {
        long limitSeconds = Long.parseLong(arguments[0]);
        List<String> classes = List.of(arguments).subList(1, arguments.length);
        HangWatch watch = new HangWatch(
                limitSeconds, System.out, () -> Runtime.getRuntime().halt(1));
        watch.start();
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
        for (String name : classes) {
            request.selectors(DiscoverySelectors.selectClass(name));
        }
        LauncherDiscoveryRequest built = request.build();
        SelectedTests listener = new SelectedTests(watch);
        LauncherFactory.create().execute(built, listener);
        System.out.println("passed=" + listener.passed + " failed=" + listener.failed);
        System.exit(listener.failed == 0 && listener.passed > 0 ? 0 : 1);
    }

    @Override
    public void executionStarted(TestIdentifier test) {
        if (test.isTest()) {
            watch.begin(nameOf(test));
        }
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        if (test.isTest()) {
            watch.end();
        }
        if (result.getStatus() == TestExecutionResult.Status.FAILED) {
            failed++;
            System.out.println("FAILED " + nameOf(test));
            result.getThrowable().ifPresent(cause -> cause.printStackTrace(System.out));
        } else if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
            passed++;
            System.out.println("PASSED " + nameOf(test));
        }
    }

    private static String nameOf(TestIdentifier test) {
        return parentOf(test) + "." + test.getUniqueIdObject().getLastSegment().getValue();
    }

    private static String parentOf(TestIdentifier test) {
        String parent = test.getParentIdObject()
                .map(id -> id.getLastSegment().getValue())
                .orElse("");
        int parameters = parent.indexOf('(');
        int dot = parent.lastIndexOf('.', parameters < 0 ? parent.length() : parameters);
        return parent.substring(dot + 1);
    }
}
