package io.heliograph.testing;

import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/**
 * Runs the test classes that its arguments name, in one JVM and without Maven, and prints a line for each test: for places where starting a
 * JVM takes a minute. {@link SkipReporter} adds why tests were skipped. Ends with 1 if one failed, or none passed.
 */
public final class SelectedTests implements TestExecutionListener {
    private int passed;
    private int failed;

    private SelectedTests() {}

    /**
     * Runs them.
     *
     * @param classes their full names
     */
    public static void main(String[] classes) {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
        for (String name : classes) {
            request.selectors(DiscoverySelectors.selectClass(name));
        }
        LauncherDiscoveryRequest built = request.build();
        SelectedTests listener = new SelectedTests();
        LauncherFactory.create().execute(built, listener);
        System.out.println("passed=" + listener.passed + " failed=" + listener.failed);
        System.exit(listener.failed == 0 && listener.passed > 0 ? 0 : 1);
    }

    @Override
    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
        String name = test.getUniqueIdObject().getLastSegment().getValue();
        if (result.getStatus() == TestExecutionResult.Status.FAILED) {
            failed++;
            System.out.println("FAILED " + parentOf(test) + "." + name);
            result.getThrowable().ifPresent(cause -> cause.printStackTrace(System.out));
        } else if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
            passed++;
            System.out.println("PASSED " + parentOf(test) + "." + name);
        }
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
