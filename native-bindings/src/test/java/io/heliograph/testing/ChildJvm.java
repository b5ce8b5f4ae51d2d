package io.heliograph.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A JVM like this one, with its class path and flags, that runs a main class of the tests: for what can be done once a process, or
 * ends in its death. Its standard output and error come as one.
 */
public final class ChildJvm implements AutoCloseable {
    private static final long TIMEOUT_SECONDS = 60;

    private final Process process;
    private final BufferedReader output;

    private ChildJvm(Process process) {
        this.process = process;
        this.output = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Starts it; what {@code before} has, a program and its arguments, comes before the JVM's own. */
    public static ChildJvm start(List<String> before, List<String> flags, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(before);
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String flag : ManagementFactory.getRuntimeMXBean().getInputArguments()) {
            if (flag.startsWith("--") || flag.startsWith("-Xmx")) {
                command.add(flag);
            }
        }
        command.addAll(flags);
        command.add("-cp");
        command.add(classPath());
        command.add(main.getName());
        command.addAll(List.of(arguments));
        try {
            return new ChildJvm(
                    new ProcessBuilder(command).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static ChildJvm start(Class<?> main, String... arguments) {
        return start(List.of(), List.of(), main, arguments);
    }

    /** Runs it to its end and gives what it printed. */
    public static String run(Class<?> main, String... arguments) {
        try (ChildJvm child = start(main, arguments)) {
            return child.finish();
        }
    }

    private static String classPath() {
        // Surefire may start the JVM from a jar that has nothing but the class path
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    public Process process() {
        return process;
    }

    /** The next line but for what every JVM with the Vector API says at its start, or null. */
    private @Nullable String next() throws IOException {
        String line = output.readLine();
        return line != null && line.startsWith("WARNING: Using incubator modules:") ? output.readLine() : line;
    }

    /** The next line. */
    public String readLine() {
        try {
            return Objects.requireNonNull(next(), "child ended");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads lines until one is {@code line}. */
    public void await(String line) {
        StringBuilder seen = new StringBuilder();
        try {
            for (String read = next(); read != null; read = next()) {
                if (read.equals(line)) {
                    return;
                }
                seen.append(read).append('\n');
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError("child ended before it said: " + line + "\n" + seen);
    }

    /** Waits for its end and gives what it printed since; it must have ended with 0. */
    public String finish() {
        StringBuilder seen = new StringBuilder();
        try {
            for (String read = next(); read != null; read = next()) {
                seen.append(read).append('\n');
            }
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new AssertionError("child failed: " + process + "\n" + seen);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return seen.toString();
    }

    /** kill -9, and waits until it is gone. */
    public void kill() {
        try {
            process.destroyForcibly().waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        kill();
    }
}
