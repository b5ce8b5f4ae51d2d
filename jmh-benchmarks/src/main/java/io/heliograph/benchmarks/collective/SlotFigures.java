package io.heliograph.benchmarks.collective;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.heliograph.benchmarks.report.RunReport;
import io.heliograph.collectives.execute.JobCommunicator;
import io.heliograph.collectives.planning.controller.SlotStatistics;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Optional;

/** What became of the slots of all ranks together, where a controller grants them. */
record SlotFigures(long used, long empty, long missed, long stale, long packets, long late, long outside) {
    /** Sums up what each rank counted, if there is a controller; all ranks call it together. */
    static Optional<SlotFigures> of(JobCommunicator ranks, Measurement measurement) {
        return ranks.slots().map(own -> of(own, measurement));
    }

    private static SlotFigures of(SlotStatistics own, Measurement measurement) {
        long[] sums = measurement.sums(
                own.usedSlots(),
                own.emptySlots(),
                own.missedSlots(),
                own.staleGrants(),
                own.packets(),
                own.packetsLate(),
                own.packetsOutside());
        return new SlotFigures(sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[6]);
    }

    void print(PrintWriter out) {
        out.println(String.format(
                Locale.ROOT,
                "slots: %d used (%d empty), %d missed, %d grants stale; %d packets, %d more too late and sent again,"
                        + " %d left outside their slot (%.3f %%)",
                used,
                empty,
                missed,
                stale,
                packets,
                late,
                outside,
                packets == 0 ? 0.0 : 100.0 * outside / packets));
        out.flush();
    }

    void add(RunReport report) {
        ObjectNode slots = report.document().putObject("slots");
        slots.put("used", used)
                .put("empty", empty)
                .put("missed", missed)
                .put("staleGrants", stale)
                .put("packets", packets)
                .put("packetsLate", late)
                .put("packetsOutside", outside);
    }
}
