package io.heliograph.emulator.experiment;

import io.heliograph.emulator.event.EventQueue;
import io.heliograph.emulator.event.VirtualTime;
import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FaultPlan;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.emulator.fabric.LinkCapture;
import io.heliograph.emulator.fabric.LinkSampler;
import io.heliograph.emulator.host.Host;
import io.heliograph.transport.EndpointConfig;
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
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One run of an experiment: a mode and a seed, a fabric with an endpoint at every host that the workload uses, in virtual time until all messages are over or the limit comes. One thread, which may be any.
 */
public final class ExperimentRun {
    /** How often a monitor is asked. */
    private static final long SLICE_PS = 5_000_000;
    /** Between two first messages to one host: more than they take on any line of 10 Gbit/s. */
    private static final long WARM_UP_GAP_PS = 200_000;

    private static final long PS_PER_NS = 1000;
    private static final long WARM_UP_LIMIT_PS = VirtualTime.PS_PER_SECOND;
    private static final int WARM_UP_BYTES = 4;

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
        return run(experiment, mode, seed, samples, capture, monitor, SlotControllers.NONE);
    }

    /**
     * The same for experiments with controllers.
     *
     * @param controllers makes the one of the run, if its mode has one
     */
    public static @Nullable RunResult run(
            Experiment experiment,
            int mode,
            long seed,
            boolean samples,
            @Nullable Path capture,
            RunMonitor monitor,
            SlotControllers controllers) {
        return new ExperimentRun(experiment, experiment.modeAt(mode), seed).run(samples, capture, monitor, controllers);
    }

    private @Nullable RunResult run(
            boolean samples, @Nullable Path capture, RunMonitor monitor, SlotControllers controllers) {
        // What hosts are closed before is opened first.
        try (Arena arena = Arena.ofConfined();
                Fabric fabric = experiment.fabric(mode, seed);
                LinkCapture captured = capture == null ? null : new LinkCapture(capture);
                SlotControl control = control(fabric, controllers);
                Members members = new Members()) {
            if (captured != null) {
                fabric.links().forEach(captured::add);
            }
            List<Step> steps = steps();
            open(fabric, steps, members, arena, control);
            plan(fabric, steps, members);
            if (experiment.transport().warmUp() && !warmUp(fabric, steps, members, monitor)) {
                return null;
            }
            long beginsPs = fabric.time().nowPs();
            startPlan(fabric, steps, members);
            long limitPs = beginsPs + experiment.limitPs();
            Tally before = Tally.of(fabric, members.hosts());
            QueueMeter meter = new QueueMeter(fabric);
            FaultPlan faults = new FaultPlan(fabric);
            experiment.faults().forEach(each -> each.addTo(faults, fabric, beginsPs));
            if (control != null) {
                die(control, beginsPs);
            }
            LinkSampler sampler =
                    samples ? new LinkSampler(fabric, fabric.links(), experiment.samplePs(), limitPs) : null;
            StepRunner runner = new StepRunner(fabric, members, steps);
            runner.begin();
            if (!goOn(fabric, runner, limitPs, monitor)) {
                return null;
            }
            check(fabric);
            return result(
                    runner,
                    (runner.isOver() ? runner.lastPs() : fabric.time().nowPs()) - beginsPs,
                    Tally.of(fabric, members.hosts()).since(before),
                    meter,
                    control == null ? null : control.figures(),
                    sampler == null ? null : LinkSeries.of(fabric.links(), sampler, beginsPs));
        }
    }

    private @Nullable SlotControl control(Fabric fabric, SlotControllers controllers) {
        if (mode.pacing() instanceof Mode.Granted granted) {
            SlotNetwork network = new SlotNetwork(
                    fabric,
                    experiment.workload().hosts(),
                    experiment.transport().paths());
            return controllers.open(network, granted.settings(), seed);
        }
        return null;
    }

    private void die(SlotControl control, long beginsPs) {
        if (mode.pacing() instanceof Mode.Granted granted && granted.deadFromPs() != EventQueue.NEVER) {
            control.dead(beginsPs + granted.deadFromPs(), beginsPs + granted.deadUntilPs());
        }
    }

    private List<Step> steps() {
        List<Step> steps = experiment.workload().steps(new SeededRandom(seed));
        return mode.atOnce() ? new ExpertTraffic(steps).atOnce() : steps;
    }

    /**
     * Begins all relations: a few bytes for each pair, and not too many to one host at once. A training job's relations are as old as the job.
     */
    private boolean warmUp(Fabric fabric, List<Step> steps, Members members, RunMonitor monitor) {
        List<Step> first = new ArrayList<>();
        Set<Long> pairs = new HashSet<>();
        int[] senders = new int[members.hosts().size()];
        for (Step step : steps) {
            if (!step.isComputation() && pairs.add((long) step.from() << 32 | step.to())) {
                first.add(new Step(
                        step.from(),
                        step.to(),
                        WARM_UP_BYTES,
                        step.phase(),
                        WARM_UP_GAP_PS * senders[step.to()]++,
                        Step.WARM_UP));
            }
        }
        StepRunner runner = new StepRunner(fabric, members, first);
        runner.begin();
        if (!goOn(fabric, runner, WARM_UP_LIMIT_PS, bytes -> monitor.goesOn(0))) {
            return false;
        }
        if (!runner.isOver() || runner.failed() > 0) {
            throw new IllegalStateException("relations could not begin: mode=" + mode.name() + " seed=" + seed
                    + " done=" + runner.times().count() + " of " + runner.messages()
                    + "; the network loses too much when it is idle");
        }
        return true;
    }

    private static boolean goOn(Fabric fabric, StepRunner runner, long limitPs, RunMonitor monitor) {
        VirtualTime time = fabric.time();
        while (!runner.isOver() && time.nowPs() < limitPs) {
            time.runUntil(Math.min(limitPs, time.nowPs() + SLICE_PS));
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

    private void open(Fabric fabric, List<Step> steps, Members members, Arena arena, @Nullable SlotControl control) {
        int count = experiment.workload().hosts();
        Peers peers = Peers.of(steps, count);
        MemorySegment memory = arena.allocate(Math.max(WARM_UP_BYTES, peers.longestBytes()), 64);
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
                    .withRatePolicy(control == null ? policy : control.policy(number, policy));
            if (mode.pacing() instanceof Mode.Granted granted) {
                config = config.withWorkQueues(2)
                        .withTrafficClass(
                                StepRunner.GRANTED_QUEUE, granted.settings().trafficClass());
                members.granted(granted.groups());
            }
            Host host = Host.open(
                    fabric, number, config, new SeededRandom(seed * 31 + number), settings.cyclePs(), members);
            members.add(host, host.endpoint().register(memory, MemoryRegion.REMOTE_WRITE));
        }
    }

    private void plan(Fabric fabric, List<Step> steps, Members members) {
        if (mode.pacing() instanceof Mode.Table table) {
            MaxMinRates plan = MaxMinRates.of(fabric, experiment.workload().expected(steps), table.headroom());
            members.listener(new RateLoader(fabric, members, plan));
        }
    }

    /** A plan's periods begin with the workload, or hosts follow it from now on. */
    private void startPlan(Fabric fabric, List<Step> steps, Members members) {
        if (!(mode.ofOthers() instanceof Mode.Planned(RateTable table, boolean bySlot))) {
            return;
        }
        PlannedRates plan = new PlannedRates(table, fabric);
        if (bySlot) {
            members.listener(new PlanLoader(
                    fabric.time(), members, table, steps, experiment.workload().momentsNs()));
            return;
        }
        List<RateTable> tables = plan.tables(fabric, Math.ceilDiv(fabric.time().nowPs(), PS_PER_NS));
        for (Host host : members.hosts()) {
            host.endpoint().rateTables().replace(tables.get(host.number()));
        }
    }

    private RatePolicyFactory policy(Fabric fabric) {
        return switch (mode.ofOthers()) {
            case Mode.Table _, Mode.Planned _ -> RatePolicyFactory.TABLE_PACED;
            case Mode.Line _ -> RatePolicyFactory.LINE_RATE;
            case Mode.Granted _ -> throw new IllegalStateException("a controller within a controller");
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
            StepRunner runner,
            long tookPs,
            Tally tally,
            QueueMeter meter,
            @Nullable SlotFigures slots,
            @Nullable LinkSeries series) {
        return new RunResult(
                mode.name(),
                seed,
                runner.messages(),
                runner.failed(),
                runner.times(),
                tookPs,
                runner.completedBytes(),
                new Congestion(
                        tally.dropped(),
                        tally.trimmed(),
                        tally.marked(),
                        tally.pauses(),
                        meter.mostBytes(),
                        meter.greatestP99Bytes(),
                        meter.greatestMeanBytes(),
                        meter.deepest()),
                tally.packets()
                        .withoutEvents(series == null ? 0 : series.sampler().samples()),
                slots,
                series);
    }
}
