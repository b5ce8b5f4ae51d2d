package io.heliograph.transport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.rules.AllocationProbe.Result;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sending and receiving allocate nothing: neither because escape analysis hides it, nor only while nothing is lost. */
class ZeroAllocationTest {
    @Test
    void shouldAllocateNothingWhenPacketsAreSentReceivedAndLost() {
        try (AllocationProbe probe = new AllocationProbe()) {
            check(probe.measure());
        }
    }

    @Test
    void shouldAllocateNothingWhenCompilerDoesNotAnalyseEscapes() throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (!flag.startsWith("-javaagent") && !flag.startsWith("-agent")) {
                command.add(flag);
            }
        }
        command.addAll(List.of(
                "-XX:-DoEscapeAnalysis",
                "-cp",
                System.getProperty("java.class.path"),
                AllocationProbe.class.getName()));
        // The JVM says on its error stream that the Vector API is incubating.
        Process child = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, child.waitFor(), output);
        String[] numbers = output.strip().split(" ", -1);
        check(new Result(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Long.parseLong(numbers[2])));
    }

    private static void check(Result result) {
        assertTrue(result.retransmissions() > result.packets() / 1000, () -> "hardly anything was lost: " + result);
        assertEquals(0, result.heapBytes(), () -> "heap bytes: " + result);
    }
}
