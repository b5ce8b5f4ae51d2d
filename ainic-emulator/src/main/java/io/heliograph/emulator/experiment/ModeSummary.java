package io.heliograph.emulator.experiment;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * All runs of a mode together: messages of all seeds in one distribution, rates over all packets, and how far apart the seeds are.
 *
 * @param mode its name
 * @param runs at least one
 * @param times of the messages of all runs
 */
public record ModeSummary(String mode, List<RunResult> runs, FlowTimes times) {
    /** One for each mode that has a run, in the order of their first runs. */
    public static List<ModeSummary> of(List<RunResult> results) {
        Map<String, List<RunResult>> byMode = new LinkedHashMap<>();
        for (RunResult each : results) {
            byMode.computeIfAbsent(each.mode(), mode -> new ArrayList<>()).add(each);
        }
        List<ModeSummary> summaries = new ArrayList<>();
        byMode.forEach((mode, runs) -> summaries.add(new ModeSummary(
                mode,
                List.copyOf(runs),
                FlowTimes.all(runs.stream().map(RunResult::times).toList()))));
        return summaries;
    }

    private long sum(ToLongFunction<RunResult> what) {
        return runs.stream().mapToLong(what).sum();
    }

    private double mean(ToDoubleFunction<RunResult> what) {
        return runs.stream().mapToDouble(what).sum() / runs.size();
    }

    private double perDataPacket(ToLongFunction<RunResult> what) {
        long sent = sum(run -> run.packets().dataSent());
        return sent == 0 ? 0 : (double) sum(what) / sent;
    }

    /** Mean time of a whole run. */
    public double meanEndPs() {
        return mean(RunResult::endPs);
    }

    /** Time of the fastest run. */
    public long leastEndPs() {
        return runs.stream().mapToLong(RunResult::endPs).min().orElse(0);
    }

    /** Time of the slowest run. */
    public long greatestEndPs() {
        return runs.stream().mapToLong(RunResult::endPs).max().orElse(0);
    }

    /** Mean of the runs' goodput of all hosts together, bit/s. */
    public double goodputBitsPerSecond() {
        return mean(RunResult::goodputBitsPerSecond);
    }

    /** Frames dropped, of any kind, for each data packet sent. */
    public double lossRate() {
        return perDataPacket(run -> run.congestion().droppedFrames());
    }

    /** Data packets trimmed, for each sent. */
    public double trimRate() {
        return perDataPacket(run -> run.congestion().trimmed());
    }

    /** Data packets that were sent again, of all sent. */
    public double retransmissionRate() {
        return perDataPacket(run -> run.packets().retransmitted());
    }

    /** Data packets marked, for each sent. */
    public double markRate() {
        return perDataPacket(run -> run.congestion().marked());
    }

    /** Pauses of all runs. */
    public long pauses() {
        return sum(run -> run.congestion().pauses());
    }

    /** Packets of all runs that only a timer found lost. */
    public long byTimer() {
        return sum(run -> run.packets().byTimer());
    }

    /** Messages of all runs that were not over at the limit, or failed. */
    public long notDone() {
        return sum(run -> run.unfinished() + run.failed());
    }

    /** The most that ever waited in front of one link. */
    public long queueMaxBytes() {
        return runs.stream()
                .mapToLong(run -> run.congestion().queueMaxBytes())
                .max()
                .orElse(0);
    }

    /** Mean of the runs of the deepest queue's mean. */
    public double queueMeanBytes() {
        return mean(run -> run.congestion().queueMeanBytes());
    }
}
