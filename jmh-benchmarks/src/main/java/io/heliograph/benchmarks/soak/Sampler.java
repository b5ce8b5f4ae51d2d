package io.heliograph.benchmarks.soak;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.ThreadMXBean;
import io.heliograph.benchmarks.session.Message;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Writes down the figures of an end, a JSON line for each interval, on a thread of its own; the last when it is closed. What it measures
 * is memory, so it puts each line together in memory of its own and leaves next to nothing to collect.
 */
public final class Sampler implements AutoCloseable {

    private static final String SAMPLE = "sample";
    private static final String LAST = "last";
    private static final int LINE_BYTES = 4_096;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final OperatingSystemMXBean SYSTEM =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Tally tally;
    private final Checks checks;
    private final OutputStream samples;
    private final long intervalMs;
    private final Figure[] figures = Figure.values();
    private final GarbageCollectorMXBean[] collectors =
            ManagementFactory.getGarbageCollectorMXBeans().toArray(GarbageCollectorMXBean[]::new);
    private final ResidentSet residentSet = new ResidentSet();
    private final StringBuilder line = new StringBuilder(LINE_BYTES);
    private final byte[] bytes = new byte[LINE_BYTES];
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
        this.samples = new FileOutputStream(file.toFile()); // not a channel, which an interrupt would close
        write(SAMPLE);
        Thread.ofPlatform().daemon().name("sampler").start(this::run);
    }

    private void run() {
        try {
            while (!closing.await(intervalMs, TimeUnit.MILLISECONDS)) {
                write(SAMPLE);
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
        for (GarbageCollectorMXBean collector : collectors) {
            cycles += Math.max(0, collector.getCollectionCount());
        }
        tally.set(Figure.GC_CYCLES, cycles);
        tally.set(Figure.HEAP_BYTES, THREADS.getTotalThreadAllocatedBytes());
        tally.set(Figure.CPU_NS, SYSTEM.getProcessCpuTime());
        tally.set(Figure.RESIDENT_BYTES, residentSet.bytes());
        String why = checks.first();
        if (why == null) {
            writePlain(op);
        } else {
            writeFailed(op, why);
        }
        samples.flush();
    }

    /** As {@link #writeFailed}, without the objects. */
    private void writePlain(String op) throws IOException {
        line.setLength(0);
        line.append("{\"op\":\"").append(op).append('"');
        for (Figure figure : figures) {
            line.append(",\"").append(figure.label()).append("\":").append(tally.get(figure));
        }
        line.append("}\n");
        for (int i = 0; i < line.length(); i++) {
            bytes[i] = (byte) line.charAt(i); // all of it is ASCII
        }
        samples.write(bytes, 0, line.length());
    }

    private void writeFailed(String op, String why) throws IOException {
        Message message = Message.of(op);
        for (Figure figure : figures) {
            message.with(figure.label(), tally.get(figure));
        }
        samples.write((message.with("why", why) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** Takes the last sample. */
    @Override
    public void close() throws IOException {
        closing.countDown();
        try (samples;
                residentSet) {
            write(LAST);
        }
    }
}
