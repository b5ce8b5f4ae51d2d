package io.heliograph.benchmarks.soak;

import io.heliograph.benchmarks.tour.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the two ends as processes of their own, reads their samples while they run, and keeps all of them. */
public final class Soak {

    /** What the ends are called; the second is the coordinator. */
    public static final List<String> ENDS = List.of("server", "client");

    /**
     * A heap that is small, and all of it resident from the start, so that the resident set shows what is not heap; and most of it for
     * new objects, so that what starting up leaves does not by itself make the collector run: a collection then means something.
     */
    private static final List<String> JVM_FLAGS = List.of("-Xms128m", "-Xmx128m", "-Xmn80m", "-XX:+AlwaysPreTouch");

    private static final long LOOK_MS = 100;
    private static final long PATIENCE_SECONDS = 180;
    private static final int ENVIRONMENT = 3;

    private final Path work;
    private final List<List<Sample>> samples = List.of(new ArrayList<>(), new ArrayList<>());
    private final List<String> failures = new ArrayList<>();
    private boolean usable = true;
    private int told;

    /** Is told of each row as soon as both ends have it. */
    public interface Rows {
        /** Sample {@code row} of both ends is there. */
        void onRow(int row);
    }

    /**
     * @param work an empty directory for sockets, logs and samples
     */
    public Soak(Path work) {
        this.work = work;
    }

    /**
     * Runs to the end, or until the thread is interrupted, which ends both processes.
     *
     * @param prefixes what to start each end with, may be empty
     * @param arguments of each end
     * @param durationNs how long messages are posted; who takes much longer is ended
     */
    public void run(List<List<String>> prefixes, List<List<String>> arguments, long durationNs, Rows rows)
            throws IOException, InterruptedException {
        String socket = "unix:" + work.resolve("rendezvous");
        List<String> server = new ArrayList<>(arguments.getFirst());
        server.addAll(List.of("--listen", socket, "--samples", samplesOf(0).toString()));
        List<String> client = new ArrayList<>(arguments.getLast());
        client.addAll(List.of(socket, "--samples", samplesOf(1).toString()));
        try (LineTail serverLines = new LineTail(samplesOf(0));
                LineTail clientLines = new LineTail(samplesOf(1))) {
            try (ChildProcess first = ChildProcess.start(prefixes.getFirst(), JVM_FLAGS, logOf(0), server);
                    ChildProcess second = ChildProcess.start(prefixes.getLast(), JVM_FLAGS, logOf(1), client)) {
                try {
                    await(first, second, serverLines, clientLines, durationNs, rows);
                } catch (InterruptedException e) {
                    first.process().destroy();
                    second.process().destroy(); // both at once: closing them waits
                    throw e;
                }
            } finally {
                read(serverLines, clientLines, rows);
            }
        }
    }

    private void await(
            ChildProcess first,
            ChildProcess second,
            LineTail serverLines,
            LineTail clientLines,
            long durationNs,
            Rows rows)
            throws IOException, InterruptedException {
        long looks = (TimeUnit.NANOSECONDS.toSeconds(durationNs) + PATIENCE_SECONDS) * 1_000 / LOOK_MS;
        List<ChildProcess> ends = List.of(first, second);
        for (long look = 0; first.process().isAlive() && second.process().isAlive() && look < looks; look++) {
            Thread.sleep(LOOK_MS);
            read(serverLines, clientLines, rows);
        }
        for (int end = 0; end < ends.size(); end++) {
            ChildProcess child = ends.get(end);
            int code = child.await(PATIENCE_SECONDS);
            if (code != 0) {
                failures.add(ENDS.get(end) + ": " + child.lastSentence());
                usable &= code != ENVIRONMENT;
            }
        }
    }

    private void read(LineTail serverLines, LineTail clientLines, Rows rows) throws IOException {
        List<LineTail> tails = List.of(serverLines, clientLines);
        for (int end = 0; end < tails.size(); end++) {
            for (String line : tails.get(end).lines()) {
                samples.get(end).add(Sample.parse(line));
            }
        }
        while (told < samples.getFirst().size() && told < samples.getLast().size()) {
            rows.onRow(told++);
        }
    }

    private Path samplesOf(int end) {
        return work.resolve(ENDS.get(end) + ".samples");
    }

    private Path logOf(int end) {
        return work.resolve(ENDS.get(end) + ".log");
    }

    /** The samples of the ends so far. */
    public List<List<Sample>> samples() {
        return samples;
    }

    /** Why an end ended badly, in its words; empty if none did. */
    public List<String> failures() {
        return failures;
    }

    /** Whether both ends found on this machine what they need. */
    public boolean isUsable() {
        return usable;
    }
}
