package io.heliograph.emulator.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.fabric.DropReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ExperimentRunTest {
    @TempDir
    private Path directory;

    /** Seven hosts send to the eighth, over one switch with queues of twelve packets. */
    private static Experiment incast(String mode, String more) {
        return ExperimentFile.parse(Path.of("x.yaml"), """
                name: incast
                seeds: 1
                limit: 50ms
                sample: 10us
                topology: {kind: star, hosts: 8, link: {rate: 100Gb/s, delay: 1us}}
                switch: {buffer: 4MiB, queue: 50KB, ecn: {kind: threshold, at: 20KB}}
                transport: {window: 64, warm-up: true}
                modes: [%s]
                workload: {kind: incast, senders: 7, receiver: h7, bytes: 200KB}
                %s
                """.formatted(mode, more));
    }

    private static RunResult run(Experiment experiment) {
        return Objects.requireNonNull(ExperimentRun.run(experiment, 0, 1, false, null, RunMonitor.NONE));
    }

    private static RunResult done(String mode) {
        RunResult result = run(incast(mode, ""));
        assertEquals(7, result.times().count());
        assertEquals(1_400_000, result.payloadBytes());
        // 1.4 MB over the last link take 112 us and headers.
        assertTrue(result.endPs() > 112_000_000, () -> "endPs=" + result.endPs());
        assertTrue(result.goodputBitsPerSecond() < 100e9);
        return result;
    }

    @Test
    void shouldLoseTrimPauseOrDoWithoutAsTheModeSays() {
        Congestion lost = done("{kind: line-rate}").congestion();
        assertTrue(lost.dropped().getOrDefault(DropReason.QUEUE_FULL, 0L) > 0);
        assertEquals(0, lost.trimmed());
        assertTrue(lost.queueMaxBytes() <= 50_000);

        Congestion trimmed = done("{kind: line-rate, trimming: {bytes: 128B}}").congestion();
        assertTrue(trimmed.trimmed() > 0);
        assertEquals(0, trimmed.droppedFrames());

        Congestion paused =
                done("{kind: line-rate, pfc: {xoff: 30KB, xon: 20KB}}").congestion();
        assertTrue(paused.pauses() > 0);
        assertEquals(0, paused.droppedFrames());
        assertTrue(paused.marked() > 0);
        assertTrue(paused.queueMaxBytes() > 50_000);
        assertTrue(paused.queueMeanBytes() > 10_000 && paused.queueMeanBytes() < paused.queueMaxBytes());
        assertEquals("s0>h7", paused.deepest());

        RunResult planned = done("{kind: table, headroom: 0.1}");
        assertEquals(0, planned.congestion().droppedFrames());
        assertEquals(0, planned.packets().retransmitted());
        // 90 % of the line for 1.4 MB and headers, and not more than a little above it.
        assertTrue(planned.endPs() < 135_000_000, () -> "endPs=" + planned.endPs());
    }

    /** A message of one packet over one link: 1 us there, 1 us back, and the bytes of the packet and of its acknowledgement at 80 ps each. */
    @Test
    void shouldTakeAsLongAsLightAndLineDo() {
        Experiment experiment = ExperimentFile.parse(Path.of("x.yaml"), """
                name: one
                seeds: 1
                limit: 1ms
                topology: {kind: pair, link: {rate: 100Gb/s, delay: 1us}}
                transport: {warm-up: true}
                modes: [{kind: line-rate}]
                workload: {kind: incast, senders: 1, receiver: h1, bytes: 1000B}
                """);
        RunResult result = run(experiment);
        long linePs = result.endPs() - 2_000_000;
        assertEquals(0, linePs % 80);
        // Ethernet to ICRC 98 bytes with the immediate, 24 more on the line; the acknowledgement is at least the
        // shortest frame.
        long packet = 1000 + 98 + 24;
        assertTrue(linePs / 80 >= packet + 84 && linePs / 80 < packet + 150, () -> "bytes=" + linePs / 80);
        assertEquals(result.endPs(), result.times().percentilePs(50));
        assertEquals(2, result.packets().hops());
        assertEquals(1, result.packets().dataSent());
    }

    @Test
    void shouldNotBeChangedByLookingOn() {
        Experiment experiment = incast("{kind: line-rate, trimming: {bytes: 128B}}", "");
        RunResult alone = run(experiment);
        RunResult watched = ExperimentRun.run(experiment, 0, 1, true, directory.resolve("x.pcapng"), RunMonitor.NONE);
        assertNotNull(watched);
        assertEquals(ResultCsv.text(List.of(alone)), ResultCsv.text(List.of(watched)));
        assertEquals(alone.packets(), watched.packets());
        LinkSeries series = Objects.requireNonNull(watched.series());
        assertTrue(series.sampler().samples() > 10);
        assertEquals(10_000_000, series.timePs(0), "from the beginning, as finely as the file says");
    }

    @Test
    void shouldEndWhenTheMonitorSaysSo() {
        Experiment experiment = incast("{kind: line-rate}", "");
        long[] asked = {0};
        assertNull(ExperimentRun.run(experiment, 0, 1, false, null, bytes -> ++asked[0] < 4));
        assertEquals(4, asked[0]);
    }

    @Test
    void shouldCountWhatIsNotOverAtTheLimit() {
        RunResult result = run(
                incast("{kind: line-rate, trimming: {bytes: 128B}}", "faults: [{link: [h3, s0], kind: black-hole}]"));
        assertEquals(1, result.unfinished());
        assertEquals(6, result.times().count());
        assertEquals(50_000_000_000L, result.endPs());
        assertTrue(result.congestion().dropped().getOrDefault(DropReason.BLACK_HOLE, 0L) > 0);
    }

    @Test
    void shouldFollowAGivenRoute() {
        String text = """
                name: route
                seeds: 1
                limit: 50ms
                topology: {kind: leaf-spine, leaves: 2, spines: 4, hosts-per-leaf: 2, link: {rate: 100Gb/s, delay: 1us}}
                transport: {window: 64}
                modes: [{kind: line-rate}]
                workload: {kind: incast, senders: 1, receiver: h3, bytes: 400KB}
                faults: [{link: [leaf0, spine2], kind: black-hole, both-ways: false}, {link: [leaf0, spine0], kind: black-hole, both-ways: false}]
                """;
        RunResult around = run(ExperimentFile.parse(
                Path.of("x.yaml"), text + "routes: [{at: leaf0, to: h3, via: [spine1, spine3]}]\n"));
        assertEquals(1, around.times().count());
        assertEquals(0, around.congestion().droppedFrames());
        RunResult shortest = run(ExperimentFile.parse(Path.of("x.yaml"), text));
        assertTrue(shortest.congestion().droppedFrames() > 0);
    }

    @Test
    void shouldSumUpSeeds() {
        Experiment experiment = incast("{kind: line-rate, trimming: {bytes: 128B}}", "");
        RunResult one = run(experiment);
        RunResult two = Objects.requireNonNull(ExperimentRun.run(experiment, 0, 2, false, null, RunMonitor.NONE));
        ModeSummary summary = ModeSummary.of(List.of(one, two)).getFirst();
        assertEquals(14, summary.times().count());
        assertEquals((one.endPs() + two.endPs()) / 2.0, summary.meanEndPs());
        assertEquals(
                (double) (one.congestion().trimmed() + two.congestion().trimmed())
                        / (one.packets().dataSent() + two.packets().dataSent()),
                summary.trimRate());
        assertEquals(Math.max(one.endPs(), two.endPs()), summary.greatestEndPs());
        FlowTimes times = new FlowTimes(new long[] {5, 1, 4, 2, 3});
        assertEquals(3, times.percentilePs(50));
        assertEquals(5, times.percentilePs(99));
        assertEquals(1, times.percentilePs(0));
        assertEquals(3.0, times.meanPs());
    }

    /** A chain of computation and messages: by the clock a flow waits for its phase, by slots it does not; the end is that of the last computation. */
    @Test
    void shouldFollowATableByTheClockOrBySlots() throws IOException {
        Files.writeString(directory.resolve("steps.csv"), """
                step,source,destination,bytes,delay_ns,slot_ns,after
                0,h0,h0,0,10000,0,
                1,h0,h1,4096,0,200000,0
                2,h1,h1,0,5000,0,1
                """);
        Files.writeString(directory.resolve("rates.csv"), """
                line_rate_bps,100000000000
                source,destination,class,period_ns,start_ns,rate_bps
                10.0.0.1,10.0.0.2,0,1000000,0,0
                10.0.0.1,10.0.0.2,0,1000000,200000,50000000000
                """);
        Path file = directory.resolve("x.yaml");
        Files.writeString(file, """
                name: by
                seeds: 1
                limit: 5ms
                topology: {kind: star, hosts: 2, link: {rate: 100Gb/s, delay: 1us}}
                transport: {warm-up: true}
                modes:
                  - {name: slot, kind: table, file: rates.csv, by: slot}
                  - {name: clock, kind: table, file: rates.csv}
                workload: {kind: steps, file: steps.csv}
                """);
        Experiment experiment = ExperimentFile.read(file);
        RunResult slot = Objects.requireNonNull(ExperimentRun.run(experiment, 0, 1, false, null, RunMonitor.NONE));
        RunResult clock = Objects.requireNonNull(ExperimentRun.run(experiment, 1, 1, false, null, RunMonitor.NONE));
        assertEquals(0, slot.unfinished() + clock.unfinished());
        // 10 us, two hops of 1.3 us, 5 us.
        assertTrue(slot.endPs() > 17_500_000 && slot.endPs() < 19_000_000, () -> "slot " + slot.endPs());
        assertTrue(clock.endPs() > 207_500_000 && clock.endPs() < 209_000_000, () -> "clock " + clock.endPs());
    }

    /** By slots, rates move on with the time that a host computes, up to where its next step belongs, and wait there until it gets there: a message that goes on meanwhile has the rate of each part. */
    @Test
    void shouldMoveOnInAPlanWithTheHost() throws IOException {
        Files.writeString(directory.resolve("steps.csv"), """
                step,source,destination,bytes,delay_ns,slot_ns,after
                0,h0,h2,250000,0,0,
                1,h0,h0,0,100000,0,
                2,h0,h1,4096,0,60000,1
                """);
        // At the first rate or the last alone it would take 2 ms.
        Files.writeString(directory.resolve("rates.csv"), """
                line_rate_bps,100000000000
                source,destination,class,period_ns,start_ns,rate_bps
                10.0.0.1,10.0.0.3,0,1000000,0,1000000000
                10.0.0.1,10.0.0.3,0,1000000,50000,50000000000
                10.0.0.1,10.0.0.3,0,1000000,60000,1000000000
                10.0.0.1,10.0.0.2,0,1000000,60000,50000000000
                """);
        Path file = directory.resolve("x.yaml");
        Files.writeString(file, """
                name: by
                seeds: 1
                limit: 5ms
                topology: {kind: star, hosts: 3, link: {rate: 100Gb/s, delay: 1us}}
                transport: {warm-up: true}
                modes: [{name: slot, kind: table, file: rates.csv, by: slot}]
                workload: {kind: steps, file: steps.csv}
                """);
        RunResult run = Objects.requireNonNull(
                ExperimentRun.run(ExperimentFile.read(file), 0, 1, false, null, RunMonitor.NONE));
        assertEquals(0, run.unfinished());
        assertTrue(run.endPs() > 102_000_000 && run.endPs() < 110_000_000, () -> "end " + run.endPs());
    }
}
