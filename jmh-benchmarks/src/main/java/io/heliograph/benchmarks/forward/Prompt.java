package io.heliograph.benchmarks.forward;

import io.heliograph.benchmarks.session.RunFailure;
import io.heliograph.bindings.EnvironmentException;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * testpmd at its prompt, by a pipe. The prompt comes at once and tells that a command is done; the rest of its output is buffered and whole
 * only after its end. Closing kills it if it still runs, and removes EAL's files, which DPDK leaves behind.
 */
final class Prompt implements AutoCloseable {

    private static final String PROMPT = "testpmd> ";
    private static final long PATIENCE_SECONDS = 120;
    private static final int REMEMBERED_LINES = 6;

    private final Process process;
    private final BufferedWriter input;
    private final Thread reader;
    private final StringBuilder output = new StringBuilder();
    private int prompts;
    private int prompted;
    private boolean ended;

    private Prompt(Process process) {
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        this.reader = Thread.ofPlatform().daemon().name("testpmd-output").start(this::read);
    }

    static Prompt start(List<String> commandLine) {
        try {
            return new Prompt(
                    new ProcessBuilder(commandLine).redirectErrorStream(true).start());
        } catch (IOException e) {
            throw new EnvironmentException(
                    "testpmd cannot be run: program=" + commandLine.getFirst() + " error=" + e.getMessage()
                            + "; install DPDK's tools, on Debian the package dpdk",
                    e);
        }
    }

    long pid() {
        return process.pid();
    }

    /** Waits for the next prompt; false if testpmd ended instead. */
    synchronized boolean await() throws InterruptedException {
        long limitNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (prompts == prompted && !ended) {
            long leftNs = limitNs - System.nanoTime();
            if (leftNs <= 0) {
                throw new RunFailure("testpmd does not answer: seconds=" + PATIENCE_SECONDS + " log=[" + lastLines()
                        + "]; try again when the machine is less busy");
            }
            TimeUnit.NANOSECONDS.timedWait(this, leftNs);
        }
        prompted++;
        return !ended;
    }

    /** Gives a command and waits until it is done. */
    void say(String command) throws IOException, InterruptedException {
        write(command);
        if (!await()) {
            throw new RunFailure(
                    "testpmd ended: command=" + command + " log=[" + lastLines() + "]; run it by hand to see why");
        }
    }

    /** Gives the last command and waits for the end of the process. */
    void end(String command) throws IOException, InterruptedException {
        write(command);
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new RunFailure(
                    "testpmd does not end: seconds=" + PATIENCE_SECONDS + "; try again when the machine is less busy");
        }
        reader.join();
    }

    synchronized String output() {
        return output.toString();
    }

    /** The last lines, in one. */
    synchronized String lastLines() {
        List<String> lines =
                output.toString().lines().filter(line -> !line.isBlank()).toList();
        return String.join(" | ", lines.subList(Math.max(0, lines.size() - REMEMBERED_LINES), lines.size()));
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        try {
            process.waitFor();
            reader.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        RuntimeFiles.remove(output());
    }

    private void write(String command) throws IOException {
        input.write(command + "\n");
        input.flush();
    }

    private void read() {
        char[] block = new char[8_192];
        try (Reader from = new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)) {
            for (int length = from.read(block); length >= 0; length = from.read(block)) {
                take(new String(block, 0, length));
            }
        } catch (IOException e) {
            // As good as its end.
        }
        synchronized (this) {
            ended = true;
            notifyAll();
        }
    }

    private synchronized void take(String text) {
        int from = Math.max(0, output.length() - PROMPT.length() + 1);
        output.append(text);
        for (int at = output.indexOf(PROMPT, from); at >= 0; at = output.indexOf(PROMPT, at + 1)) {
            prompts++;
        }
        notifyAll();
    }
}
