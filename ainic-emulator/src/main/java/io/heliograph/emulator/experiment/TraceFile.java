package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.input.YamlValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads messages and when each begins from comma-separated values: the titles {@code start_ns,source,destination,bytes}, then one message a line. */
final class TraceFile {
    private static final List<String> TITLES = List.of("start_ns", "source", "destination", "bytes");
    private static final long PS_PER_NS = 1000;

    private final CsvLines lines;
    private final long longestBytes;

    TraceFile(YamlValue named, Path experiment, Fabric fabric, long longestBytes) {
        lines = new CsvLines(named, "trace", experiment, fabric, TITLES);
        this.longestBytes = longestBytes;
    }

    Workload read() {
        List<Step> steps = new ArrayList<>();
        lines.read(row -> add(steps, row));
        if (steps.isEmpty()) {
            throw lines.refused("no message", null);
        }
        int most = 0;
        for (Step step : steps) {
            most = Math.max(most, Math.max(step.from(), step.to()));
        }
        return new Patterns.Trace(most + 1, List.copyOf(steps));
    }

    /** Nothing waits for a message, so its start is a delay from the beginning. */
    private void add(List<Step> steps, List<String> row) {
        long startNs = lines.number(row.get(0), Long.MAX_VALUE / PS_PER_NS / 1000);
        int from = lines.host(row.get(1));
        int to = lines.host(row.get(2));
        long bytes = lines.number(row.get(3), longestBytes);
        if (from == to || bytes == 0) {
            throw lines.refused("a message goes from one host to another and has bytes", null);
        }
        steps.add(new Step(from, to, bytes, 0, startNs * PS_PER_NS));
    }
}
