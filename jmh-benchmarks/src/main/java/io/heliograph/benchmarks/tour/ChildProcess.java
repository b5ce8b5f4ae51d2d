package io.heliograph.benchmarks.tour;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A {@code helio} of its own process, with the JVM flags and the class path of this one. It lives no longer than this
 * process: its standard input is a pipe whose other end is here, and {@code --bound-to-stdin} ends it with that.
 */
public final class ChildProcess implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 5;
    private static final String MAIN = "io.heliograph.benchmarks.cli.Helio";

    private final Process process;
    private final Path log;

    private ChildProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /**
     * Starts one.
     *
     * @param prefix what to start it with, such as {@code nsenter}; may be empty
     * @param log takes all it says
     * @param arguments of helio; {@code --bound-to-stdin} is added
     */
    public static ChildProcess start(List<String> prefix, Path log, List<String> arguments) {
        return start(prefix, List.of(), log, arguments);
    }

    /**
     * As {@link #start(List, Path, List)}, with JVM flags that come after those of this process and so win.
     *
     * @param moreFlags such as {@code -Xmx64m}
     */
    public static ChildProcess start(List<String> prefix, List<String> moreFlags, Path log, List<String> arguments) {
        List<String> line = new ArrayList<>(prefix);
        line.addAll(commandLine(moreFlags, arguments));
        File out = log.toFile();
        try {
            return new ChildProcess(
                    new ProcessBuilder(line)
                            .redirectErrorStream(true)
                            .redirectOutput(out)
                            .start(),
                    log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What starts one: the JVM of this process with its flags and then these, and the arguments of helio with {@code --bound-to-stdin}. */
    public static List<String> commandLine(List<String> moreFlags, List<String> arguments) {
        List<String> line = new ArrayList<>();
        line.add(ProcessHandle.current()
                .info()
                .command()
                .orElseGet(() ->
                        Path.of(System.getProperty("java.home"), "bin", "java").toString()));
        line.addAll(jvmFlags());
        line.addAll(moreFlags);
        line.add("-cp");
        line.add(System.getProperty("java.class.path"));
        line.add(MAIN);
        line.addAll(arguments);
        line.add("--bound-to-stdin");
        return line;
    }

    private static List<String> jvmFlags() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-agentlib") && !flag.startsWith("-javaagent"))
                .toList();
    }

    /**
     * Waits for its end.
     *
     * @return its exit code, or -1 if it takes too long, which ends it
     */
    public int await(long limitSeconds) throws InterruptedException {
        if (process.waitFor(limitSeconds, TimeUnit.SECONDS)) {
            return process.exitValue();
        }
        close();
        return -1;
    }

    /** The process, for its number and for killing it. */
    public Process process() {
        return process;
    }

    /** All it said so far. */
    public String said() {
        try {
            return Files.readString(log, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "";
        }
    }

    /** What went wrong if something did: the last sentence of helio itself, without its name, or whatever it said last. */
    public String lastSentence() {
        List<String> lines = said().lines().filter(line -> !line.isBlank()).toList();
        for (String line : lines.reversed()) {
            if (line.startsWith("helio") && line.contains(": ")) {
                return line.substring(line.indexOf(": ") + 2);
            }
            if (line.contains("Exception") || line.contains("Error")) {
                return line.strip();
            }
        }
        return lines.isEmpty() ? "it said nothing" : lines.getLast().strip();
    }

    /** Ends it if it still runs: kindly, and if that does not help, not. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
