package io.heliograph.bindings.dpdk;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.dpdk.generated.dpdk_h;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.bindings.posix.Posix;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * Takes what DPDK and its drivers print to our log: DPDK's own log stream, and while it lives also the C library's {@code stdout} and
 * {@code stderr} (variables, as glibc's manual says), where EAL prints its usage and drivers' libraries their complaints. File
 * descriptors 1 and 2, which Java's own streams use, are left alone.
 *
 * <p>The C side writes into a pipe that a daemon thread of ours reads: no C thread ever runs Java. The pipe does not block: if the
 * reader falls a mebibyte behind, lines are lost, not packets.
 */
final class EalLog implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(Eal.class.getName());
    private static final int PIPE_BYTES = 1 << 20;
    private static final int REMEMBERED_LINES = 16;
    private static final String MARK = "\u0001mark ";

    /** DPDK prints which of its components speaks, "EAL: ", but not how urgently: go by the words. */
    private static final Pattern COMPONENT = Pattern.compile("[A-Z_]+: ");

    private static final Pattern COMPLAINT = Pattern.compile(
            "(?i)\\b(fail(ed|s|ure)?|error|fatal|cannot|could not|unable|invalid|unrecognized|not supported)\\b");

    /**
     * What means nothing: what libbpf says of every XDP program that a newer compiler built, and AF_XDP's driver when it closes the second
     * device on an interface, whose program went with the first.
     */
    private static final Pattern HARMLESS = Pattern.compile("^libbpf: elf: skipping unrecognized data section"
            + "|^remove_xdp_program\\(\\): |^eth_dev_close\\(\\): Error while removing XDP program");

    private final long file;
    private final OutputStream marks;
    private final Thread reader;
    private final long stdoutVariable = Posix.variable("stdout");
    private final long stderrVariable = Posix.variable("stderr");
    private final long stdoutBefore = NativeMemory.getLong(stdoutVariable);
    private final long stderrBefore = NativeMemory.getLong(stderrVariable);
    private final ArrayDeque<String> recent = new ArrayDeque<>();
    private boolean inUsage;
    private CountDownLatch markSeen = new CountDownLatch(0);

    EalLog() {
        long pipe = checked("pipe2", Posix.pipe());
        int readEnd = (int) pipe;
        int writeEnd = (int) (pipe >>> 32);
        Posix.fcntl(writeEnd, Posix.F_SETPIPE_SZ, PIPE_BYTES); // where it is not allowed, 64 KiB do
        checked("fcntl", Posix.fcntl(writeEnd, Posix.F_SETFL, Posix.O_NONBLOCK));
        file = checked("fdopen", Posix.fdopen(writeEnd));
        checked("setvbuf", Posix.bufferLines(file));
        try {
            marks = new FileOutputStream("/proc/self/fd/" + writeEnd);
            BufferedReader lines = new BufferedReader(
                    new InputStreamReader(new FileInputStream("/proc/self/fd/" + readEnd), StandardCharsets.UTF_8));
            Posix.close(readEnd);
            reader = Thread.ofPlatform().daemon().name("heliograph-eal-log").start(() -> read(lines));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        checked("rte_openlog_stream", dpdk_h.rte_openlog_stream(MemorySegment.ofAddress(file)));
        NativeMemory.putLong(stdoutVariable, file);
        NativeMemory.putLong(stderrVariable, file);
    }

    /** The last lines up to now, in one. */
    String recentLines() {
        sync();
        synchronized (recent) {
            return String.join(" | ", recent);
        }
    }

    /** Forgets the lines remembered, so that {@link #recentLines} has what comes after. */
    void forgetLines() {
        sync();
        synchronized (recent) {
            recent.clear();
        }
    }

    /** Gives the streams back and waits for the last line. */
    @Override
    public void close() {
        NativeMemory.putLong(stdoutVariable, stdoutBefore);
        NativeMemory.putLong(stderrVariable, stderrBefore);
        dpdk_h.rte_openlog_stream(MemorySegment.NULL);
        Posix.fclose(file);
        try {
            marks.close();
            reader.join(TimeUnit.SECONDS.toMillis(1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Waits until the reader has everything that was printed before. */
    private synchronized void sync() {
        Posix.fflush(file);
        markSeen = new CountDownLatch(1);
        try {
            marks.write((MARK + "\n").getBytes(StandardCharsets.UTF_8));
            boolean ignored = markSeen.await(1, TimeUnit.SECONDS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void read(BufferedReader lines) {
        try (lines) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.endsWith(MARK)) {
                    markSeen.countDown();
                } else if (!line.isBlank()) {
                    take(line.strip());
                }
            }
        } catch (IOException e) {
            LOGGER.log(Level.WARNING, "DPDK's log is no longer read", e);
        }
    }

    private void take(String line) {
        boolean component = COMPONENT.matcher(line).lookingAt();
        inUsage = line.startsWith("Usage: ") || (inUsage && !component);
        boolean complaint =
                COMPLAINT.matcher(line).find() && !HARMLESS.matcher(line).find();
        LOGGER.log(complaint && !inUsage ? Level.WARNING : Level.DEBUG, line);
        if (inUsage) {
            return;
        }
        synchronized (recent) {
            if (recent.size() == REMEMBERED_LINES) {
                recent.removeFirst();
            }
            recent.addLast(line);
        }
    }

    private static long checked(String function, long result) {
        if (result < 0) {
            throw new EnvironmentException("log of DPDK not set up: function=" + function + " error="
                    + Posix.describe((int) result) + "; allow more open files");
        }
        return result;
    }
}
