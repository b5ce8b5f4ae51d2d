package io.heliograph.emulator.experiment;

import io.heliograph.emulator.fabric.Fabric;
import io.heliograph.emulator.fabric.FabricConfig;
import io.heliograph.emulator.fabric.SwitchConfig;
import io.heliograph.emulator.input.InputFileException;
import io.heliograph.emulator.topology.Topology;
import io.heliograph.transport.SeededRandom;
import java.util.List;

/** An experiment that was read from a file and found possible: every mode of it is run with every seed. Immutable; any thread. */
public final class Experiment {
    private final String name;
    private final String about;
    private final List<Long> seeds;
    private final Times times;
    private final Network network;
    private final TransportSettings transport;
    private final Workload workload;
    private final List<Mode> modes;

    /**
     * How long and how finely time is looked at.
     *
     * @param limitPs when a run ends that is not over
     * @param samplePs steps of what is plotted over time
     */
    record Times(long limitPs, long samplePs) {}

    /**
     * What the traffic goes over.
     *
     * @param shape a topology whose switches are as given
     * @param config but for the seed
     * @param routes in place of shortest paths
     * @param faults of cables
     */
    record Network(Shape shape, FabricConfig config, List<GivenRoute> routes, List<FaultLine> faults) {}

    /** A topology that still needs to be told what its switches do. */
    @FunctionalInterface
    interface Shape {
        Topology with(SwitchConfig switches);
    }

    Experiment(
            String name,
            String about,
            List<Long> seeds,
            Times times,
            Network network,
            TransportSettings transport,
            Workload workload,
            List<Mode> modes) {
        this.name = name;
        this.about = about;
        this.seeds = List.copyOf(seeds);
        this.times = times;
        this.network = network;
        this.transport = transport;
        this.workload = workload;
        this.modes = List.copyOf(modes);
    }

    /** What the file calls it. */
    public String name() {
        return name;
    }

    /** A sentence about it. */
    public String about() {
        return about;
    }

    /** The seeds that the file gives. */
    public List<Long> seeds() {
        return seeds;
    }

    /** The names of its modes, in their order. */
    public List<String> modes() {
        return modes.stream().map(Mode::name).toList();
    }

    /** When a run ends that is not over, picoseconds. */
    public long limitPs() {
        return times.limitPs();
    }

    /** Hosts that take part. */
    public int hosts() {
        return workload.hosts();
    }

    /** Payload bytes of a run. */
    public long payloadBytes(long seed) {
        long sum = 0;
        for (Step step : workload.steps(new SeededRandom(seed))) {
            sum += step.bytes();
        }
        return sum;
    }

    long samplePs() {
        return times.samplePs();
    }

    TransportSettings transport() {
        return transport;
    }

    Workload workload() {
        return workload;
    }

    List<FaultLine> faults() {
        return network.faults();
    }

    Mode modeAt(int number) {
        return modes.get(number);
    }

    /** A new fabric for a run. */
    Fabric fabric(Mode mode, long seed) {
        Fabric fabric =
                network.shape().with(mode.switches()).build(network.config().withSeed(seed));
        try {
            network.routes().forEach(route -> route.addTo(fabric));
        } catch (InputFileException e) {
            fabric.close();
            throw e;
        }
        return fabric;
    }
}
