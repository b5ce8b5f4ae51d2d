package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.input.YamlValue;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads steps and what each waits for from comma-separated values: the titles {@code step,source,destination,bytes,delay_ns,slot_ns,after}, then one step a line, numbered from 0 on. A step from a host to itself is computation, has no bytes and lasts {@code delay_ns}; {@code after} lists, with blanks in
 * between, earlier steps that end at its source; {@code slot_ns} is the moment of a plan's period at which the plan sees the step's source when the step begins. The title {@code group} may follow: which group of ranks a message is of, {@code ep} being that of experts.
 */
final class StepsFile {
    private static final List<String> TITLES =
            List.of("step", "source", "destination", "bytes", "delay_ns", "slot_ns", "after");
    private static final List<String> TITLES_WITH_GROUP =
            List.of("step", "source", "destination", "bytes", "delay_ns", "slot_ns", "after", "group");
    private static final int[] NOTHING = {};
    private static final long PS_PER_NS = 1000;
    private static final long MOST_NS = 3_600_000_000_000L;

    private final CsvLines lines;
    private final long longestBytes;
    private final List<Step> steps = new ArrayList<>();
    private final Map<Long, Integer> phases = new LinkedHashMap<>();
    /** So that equal names are one. */
    private final Map<String, String> groups = new HashMap<>();

    StepsFile(YamlValue named, Path experiment, Fabric fabric, long longestBytes) {
        lines = new CsvLines(named, "file of steps", experiment, fabric, TITLES, TITLES_WITH_GROUP);
        this.longestBytes = longestBytes;
    }

    /**
     * Reads the file.
     *
     * @param changes against the file
     */
    GivenSteps read(GivenSteps.Changes changes) {
        lines.read(this::add);
        int most = 0;
        boolean any = false;
        for (Step step : steps) {
            most = Math.max(most, Math.max(step.from(), step.to()));
            any |= !step.isComputation();
        }
        if (!any) {
            throw lines.refused("no message", null);
        }
        long[] momentsNs = phases.keySet().stream().mapToLong(Long::longValue).toArray();
        return new GivenSteps(most + 1, List.copyOf(steps), momentsNs, changes, longestBytes);
    }

    private void add(List<String> row) {
        long number = lines.number(row.get(0), Workload.MOST_STEPS);
        if (number != steps.size()) {
            throw lines.refused("step " + number + "; number " + steps.size() + " belongs here", null);
        }
        int from = lines.host(row.get(1));
        int to = lines.host(row.get(2));
        long bytes = lines.number(row.get(3), longestBytes);
        long delayPs = lines.number(row.get(4), MOST_NS) * PS_PER_NS;
        long slotNs = lines.number(row.get(5), MOST_NS);
        if (from == to != (bytes == 0)) {
            throw lines.refused("a message has bytes and goes to another host, computation has none and stays", null);
        }
        int phase = phases.computeIfAbsent(slotNs, key -> phases.size());
        String group = row.size() < TITLES_WITH_GROUP.size()
                ? Step.NO_GROUP
                : row.getLast().strip();
        steps.add(new Step(
                from, to, bytes, phase, delayPs, groups.computeIfAbsent(group, key -> key), after(row.get(6), from)));
    }

    private int[] after(String text, int from) {
        if (text.isBlank()) {
            return NOTHING;
        }
        String[] words = text.strip().split(" ", -1);
        int[] after = new int[words.length];
        for (int i = 0; i < words.length; i++) {
            after[i] = (int) lines.number(words[i], Workload.MOST_STEPS);
            if (after[i] >= steps.size() || steps.get(after[i]).to() != from) {
                throw lines.refused("after " + after[i] + ": no earlier step that ends at the source", null);
            }
        }
        return after;
    }
}
