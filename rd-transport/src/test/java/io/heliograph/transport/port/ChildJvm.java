package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Another JVM with this one's class path and flags, for tests with two processes; it dies with the test. */
final class ChildJvm implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Runs the main method of {@code main}. */
    static ChildJvm start(Class<?> main, String... arguments) {
        return start(List.of(), main, arguments);
    }

    /** Runs it behind a command such as {@code ip netns exec NAME}. */
    static ChildJvm start(List<String> prefix, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--") || flag.startsWith("-XX:")) {
                command.add(flag);
            }
        }
        command.add("-Xmx256m");
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main.getName());
        command.addAll(List.of(arguments));
        try {
            return new ChildJvm(new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        } catch (IOException e) {
            throw new AssertionError("child not started: command=" + command, e);
        }
    }

    /** Waits for a line that begins with {@code word} and returns the rest of it. */
    String await(String word) {
        List<String> others = new ArrayList<>();
        try {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                if (line.startsWith(word)) {
                    return line.substring(word.length()).strip();
                }
                others.add(line);
            }
        } catch (IOException e) {
            throw new AssertionError("child not readable", e);
        }
        return fail("child ended without a line: wanted=" + word + " said=" + others);
    }

    /** Writes a line to its standard input. */
    void tell(String line) {
        try {
            process.outputWriter(StandardCharsets.UTF_8).append(line).append('\n').flush();
        } catch (IOException e) {
            throw new AssertionError("child not writable", e);
        }
    }

    /** Kills it with SIGKILL and waits until it is gone. */
    void kill() {
        process.destroyForcibly();
        awaitEnd();
    }

    /** Waits for its end, which must be with exit code 0. */
    void join() {
        awaitEnd();
        assertEquals(0, process.exitValue(), "exit code of the child");
    }

    private void awaitEnd() {
        try {
            assertTrue(process.waitFor(60, TimeUnit.SECONDS), "child does not end");
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
