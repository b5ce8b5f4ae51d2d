package io.heliograph.benchmarks.soak;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.heliograph.benchmarks.session.Message;
import java.io.FileWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Writes down the figures of an end, a JSON line for each interval, on a thread of its own; the last when it is closed. */
public final class Sampler implements AutoCloseable {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s*(\\d+) kB$");
    private static final long KIBIBYTE = 1_024;
    private static final String LAST = "last";

    private final Tally tally;
    private final Checks checks;
    private final Writer samples;
    private final long intervalMs;
    private boolean ended;
    private final CountDownLatch closing = new CountDownLatch(1);

    /**
     * Starts to sample.
     *
     * @param file takes the samples
     */
    public Sampler(SoakPlan plan, Tally tally, Checks checks, Path file) throws IOException {
        this.tally = tally;
        this.checks = checks;
        this.intervalMs = TimeUnit.NANOSECONDS.toMillis(plan.intervalNs());
        this.samples =
                new FileWriter(file.toFile(), StandardCharsets.UTF_8); // not a channel, which an interrupt would close
        write("sample");
        Thread.ofPlatform().daemon().name("sampler").start(this::run);
    }

    private void run() {
        try {
            while (!closing.await(intervalMs, TimeUnit.MILLISECONDS)) {
                write("sample");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private synchronized void write(String op) throws IOException {
        if (ended) {
            return;
        }
        ended = op.equals(LAST);
        long cycles = 0;
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            cycles += Math.max(0, collector.getCollectionCount());
        }
        tally.set(Figure.GC_CYCLES, cycles);
        tally.set(
                Figure.HEAP_BYTES, ((ThreadMXBean) ManagementFactory.getThreadMXBean()).getTotalThreadAllocatedBytes());
        tally.set(
                Figure.CPU_NS,
                ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean()).getProcessCpuTime());
        tally.set(Figure.RESIDENT_BYTES, residentBytes());
        Message line = Message.of(op);
        for (Figure figure : Figure.values()) {
            line.with(figure.label(), tally.get(figure));
        }
        String first = checks.first();
        samples.write((first == null ? line : line.with("why", first)) + "\n");
        samples.flush();
    }

    private static long residentBytes() throws IOException {
        Matcher matcher = RESIDENT.matcher(Files.readString(STATUS, StandardCharsets.UTF_8));
        return matcher.find() ? Long.parseLong(matcher.group(1)) * KIBIBYTE : 0;
    }

    /** Takes the last sample. */
    @Override
    public void close() throws IOException {
        closing.countDown();
        try (samples) {
            write(LAST);
        }
    }
}
