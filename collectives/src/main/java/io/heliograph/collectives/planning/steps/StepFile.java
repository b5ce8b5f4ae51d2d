package io.heliograph.collectives.planning.steps;

import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Writes steps as comma-separated values, a line each, with hosts as {@code h0} and so on; {@code helio emulate} reads them as a workload of kind {@code steps}. */
public final class StepFile {
    /** The first line. */
    public static final String TITLES = "step,source,destination,bytes,delay_ns,slot_ns,after,group";

    private StepFile() {}

    /**
     * Writes a file.
     *
     * @throws IOException if it cannot be written
     */
    public static void write(List<JobStep> steps, Path file) throws IOException {
        try (Writer text = Files.newBufferedWriter(file, StandardCharsets.UTF_8)) {
            write(steps, text);
        }
    }

    /** The same as text; the writer stays open. */
    static void write(List<JobStep> steps, Writer text) throws IOException {
        text.write(TITLES + "\n");
        StringBuilder line = new StringBuilder();
        for (int number = 0; number < steps.size(); number++) {
            JobStep step = steps.get(number);
            line.setLength(0);
            line.append(number).append(",h").append(step.from()).append(",h").append(step.to());
            line.append(',').append(step.bytes()).append(',').append(step.delayNs());
            line.append(',').append(step.slotNs()).append(',');
            for (int i = 0; i < step.after().length; i++) {
                line.append(i == 0 ? "" : " ").append(step.after()[i]);
            }
            text.append(line.append(',').append(step.group()).append('\n'));
        }
    }
}
