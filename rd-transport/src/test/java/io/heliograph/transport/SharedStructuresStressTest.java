package io.heliograph.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.testing.ChildJvm;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs every jcstress test of this module for a moment, in child JVMs; {@code scripts/stress} runs them for as long as one likes. A structure that threads
 * or processes share has a test named {@code ...Stress} beside it.
 */
final class SharedStructuresStressTest {
    private static final int TESTS = 10;
    private static final Pattern TEST = Pattern.compile("\\.{10} \\[(\\w+)] (\\S+)");
    private static final Pattern SAMPLES = Pattern.compile("\\s+-?[\\d, -]*?\\d\\s{2,}([\\d,]+)\\s+<?[\\d.]+%.*");

    @Test
    void shouldSeeNothingForbiddenWhenThreadsShareStructures(@TempDir Path directory) {
        assumeTrue(Runtime.getRuntime().availableProcessors() > 1, "one processor: threads would only take turns");
        String output;
        try (ChildJvm jcstress = ChildJvm.start(
                List.of("env", "-C", directory.toString()),
                List.of("--sun-misc-unsafe-memory-access=allow"),
                org.openjdk.jcstress.Main.class,
                // One fork a test, of one iteration, with one set of flags; both actors compiled alike.
                ("-c 2 -f 1 -fsm 1 -iters 1 -time 500 -sc false -af NONE -hs 256 -strideSize 32 -strideCount 16 -v"
                                + " -jvmArgs -XX:+UseSerialGC")
                        .split(" ", -1))) {
            output = jcstress.finish();
        }
        Map<String, Long> samples = new TreeMap<>();
        String test = "";
        // The summary at the end has each test once.
        for (String line : output.substring(output.indexOf("RUN RESULTS:")).split("\n", -1)) {
            Matcher name = TEST.matcher(line);
            Matcher row = SAMPLES.matcher(line);
            if (name.matches()) {
                test = name.group(2);
                assertEquals("OK", name.group(1), output);
            } else if (row.matches()) {
                samples.merge(test, Long.parseLong(row.group(1).replace(",", "")), Long::sum);
            }
        }
        assertEquals(TESTS, samples.size(), output);
        samples.forEach((name, count) -> assertTrue(count > 0, () -> name + " never ran\n" + output));
    }
}
