package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.fabric.DropReason;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FaultPlan;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.emulator.fabric.Link;
import io.heliograph.emulator.fabric.LinkCapture;
import io.heliograph.emulator.fabric.LinkSampler;
import io.heliograph.emulator.host.Host;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.rate.Aggressiveness;
import io.heliograph.transport.rate.RatePolicyFactory;
import io.heliograph.transport.rate.RateTable;
import io.heliograph.transport.rate.Swift;
import io.heliograph.transport.rate.SwiftConfig;
import io.heliograph.transport.rate.WireBytes;
import io.heliograph.transport.wire.EthernetLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One run of an experiment: a mode and a seed, a fabric with an endpoint at every host that the workload uses, in virtual time until all messages are over or the limit comes. One thread, which may be any.
 */
public final class ExperimentRun {
    /** How often a monitor is asked. */
    private static final long SLICE_PS = 5_000_000;

    private final Experiment experiment;
    private final Mode mode;
    private final long seed;

    private ExperimentRun(Experiment experiment, Mode mode, long seed) {
        this.experiment = experiment;
        this.mode = mode;
        this.seed = seed;
    }

    /**
     * Runs.
     *
     * @param mode number of the mode in the experiment
     * @param seed one of the experiment's, or any other
     * @param samples whether all links are sampled over time
     * @param capture file for all that comes out of any link, or null
     * @param monitor asked now and then
     * @return null if the monitor ended it
     * @throws IllegalStateException if frames are missing at the end: the emulator is broken
     */
    public static @Nullable RunResult run(
            Experiment experiment, int mode, long seed, boolean samples, @Nullable Path capture, RunMonitor monitor) {
        return new ExperimentRun(experiment, experiment.modeAt(mode), seed).run(samples, capture, monitor);
    }

    private @Nullable RunResult run(boolean samples, @Nullable Path capture, RunMonitor monitor) {
        try (Arena arena = Arena.ofConfined();
                Fabric fabric = experiment.fabric(mode, seed);
                LinkCapture captured = capture == null ? null : new LinkCapture(capture)) {
            if (captured != null) {
                fabric.links().forEach(captured::add);
            }
            QueueMeter meter = new QueueMeter(fabric);
            FaultPlan faults = new FaultPlan(fabric);
            experiment.faults().forEach(each -> each.addTo(faults, fabric));
            List<Step> steps = experiment.workload().steps(new SeededRandom(seed));
            List<Host> hosts = new ArrayList<>();
            try {
                StepRunner runner = new StepRunner(fabric, steps);
                open(fabric, steps, runner, hosts, arena);
                LinkSampler sampler = samples
                        ? new LinkSampler(fabric, fabric.links(), experiment.samplePs(), experiment.limitPs())
                        : null;
                if (!goOn(fabric, runner, monitor)) {
                    return null;
                }
                check(fabric);
                LinkSeries series = sampler == null ? null : LinkSeries.of(fabric.links(), sampler);
                return result(fabric, runner, hosts, meter, series);
            } finally {
                hosts.forEach(Host::close);
            }
        }
    }

    private boolean goOn(Fabric fabric, StepRunner runner, RunMonitor monitor) {
        VirtualTime time = fabric.time();
        while (!runner.isOver() && time.nowPs() < experiment.limitPs()) {
            time.runUntil(Math.min(experiment.limitPs(), time.nowPs() + SLICE_PS));
            if (!monitor.goesOn(runner.completedBytes())) {
                return false;
            }
        }
        return true;
    }

    private static void check(Fabric fabric) {
        long in = fabric.sentFrames() + fabric.switchFrames();
        long out = fabric.deliveredFrames() + fabric.droppedFrames() + fabric.absorbedFrames() + fabric.framesInside();
        if (in != out) {
            throw new IllegalStateException("frames are missing: in=" + in + " out or inside=" + out);
        }
    }

    private void open(Fabric fabric, List<Step> steps, StepRunner runner, List<Host> hosts, Arena arena) {
        int count = experiment.workload().hosts();
        Peers peers = Peers.of(steps, count);
        MemorySegment memory = arena.allocate(peers.longestBytes(), 64);
        RatePolicyFactory policy = policy(fabric);
        TransportSettings settings = experiment.transport();
        for (int number = 0; number < count; number++) {
            EndpointConfig config = EndpointConfig.of(HostAddresses.ipv4(number))
                    .withIncarnation(1)
                    .withWorkQueues(1)
                    .withWindowPackets(settings.windowPackets())
                    .withPaths(PathConfig.of(settings.spray()).withPaths(settings.paths()))
                    .withMaxPeers(peers.tableSize(number))
                    .withSubmissionEntries(peers.submissionEntries(number))
                    .withRatePolicy(policy);
            Host host =
                    Host.open(fabric, number, config, new SeededRandom(seed * 31 + number), settings.cyclePs(), runner);
            hosts.add(host);
            runner.add(host, host.endpoint().register(memory, MemoryRegion.REMOTE_WRITE));
        }
        if (mode.pacing() instanceof Mode.Table table) {
            List<RateTable> tables = MaxMinRates.of(
                            fabric, experiment.workload().expected(steps), table.headroom())
                    .tables(fabric);
            for (Host host : hosts) {
                host.endpoint().rateTables().replace(tables.get(host.number()));
            }
        }
        runner.begin();
    }

    private RatePolicyFactory policy(Fabric fabric) {
        return switch (mode.pacing()) {
            case Mode.Table _ -> RatePolicyFactory.TABLE_PACED;
            case Mode.Line _ -> RatePolicyFactory.LINE_RATE;
            case Mode.Window window -> {
                SwiftConfig paper = SwiftConfig.of(
                        WireBytes.of(fabric.config().mtuBytes() + EthernetLayout.LENGTH),
                        fabric.port(0).link().config().rateBitsPerSecond(),
                        window.targetNs());
                SwiftConfig config = new SwiftConfig(
                        paper.packetWireBytes(),
                        paper.lineRateBitsPerSecond(),
                        paper.baseTargetNs(),
                        paper.flowScalingRangeNs(),
                        paper.flowScalingMinWindow(),
                        paper.flowScalingMaxWindow(),
                        paper.additiveIncrease(),
                        paper.beta(),
                        paper.maxDecrease(),
                        window.minWindow(),
                        window.maxWindow(),
                        window.initialWindow());
                yield (tables, flows, engines) -> new Swift(flows, config, Aggressiveness.EVEN);
            }
        };
    }

    private RunResult result(
            Fabric fabric, StepRunner runner, List<Host> hosts, QueueMeter meter, @Nullable LinkSeries series) {
        long endPs = runner.isOver() ? runner.lastPs() : fabric.time().nowPs();
        Map<DropReason, Long> dropped = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            if (fabric.droppedFrames(reason) > 0) {
                dropped.put(reason, fabric.droppedFrames(reason));
            }
        }
        long trimmed = 0;
        long marked = 0;
        long pauses = 0;
        for (Link link : fabric.links()) {
            trimmed += link.trimmedFrames();
            marked += link.markedFrames();
            pauses += link.pauses();
        }
        Congestion congestion = new Congestion(
                dropped,
                trimmed,
                marked,
                pauses,
                meter.mostBytes(),
                meter.greatestMeanBytes(fabric.time().nowPs()),
                meter.deepest(fabric.time().nowPs()));
        Packets packets = new Packets(
                sum(hosts, EndpointCounter.DATA_SENT),
                sum(hosts, EndpointCounter.RETRANSMITTED),
                sum(hosts, EndpointCounter.LOST_BY_TIMER),
                fabric.hops(),
                fabric.time().events());
        return new RunResult(
                mode.name(),
                seed,
                runner.messages(),
                runner.failed(),
                runner.times(),
                endPs,
                runner.completedBytes(),
                congestion,
                packets,
                series);
    }

    private static long sum(List<Host> hosts, EndpointCounter counter) {
        long sum = 0;
        for (Host host : hosts) {
            sum += host.endpoint().counters().get(counter);
        }
        return sum;
    }
}
