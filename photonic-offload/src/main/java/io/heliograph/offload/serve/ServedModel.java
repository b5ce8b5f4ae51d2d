package io.heliograph.offload.serve;

import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.energy.QueryCost;
import io.heliograph.offload.fast.FastInference;
import io.heliograph.offload.fast.FastNetwork;
import io.heliograph.offload.model.QuantizedNetwork;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * A model that can be asked: its weights laid out for vectors and resident in the weight memory of emulated devices, once for each thread that serves.
 *
 * <p>Its memory goes when nobody refers to it any more: a thread that is in the middle of a query when the model is replaced finishes with the model that it began with, and keeps it reachable until then. Immutable,
 * but for what each {@link Inference} keeps for its thread.
 */
public final class ServedModel {

    private static final double PICO = 1e12;

    private final String name;
    private final int inputs;
    private final int outputs;
    private final long clockHz;
    private final long energyPicojoules;
    private final List<? extends Inference> straight;
    private final List<? extends Inference> stepped;
    private final Arena memory;

    /**
     * A model of inferences that exist.
     *
     * @param name for people
     * @param inputs bytes of a query, at least 1
     * @param outputs sums of an answer, 1 to 65,535
     * @param clockHz what the cycles are of
     * @param energyPicojoules what a query costs the device, or 0 if nobody knows
     * @param straight for each thread that serves, how the integers are computed
     * @param stepped as many, which step every cycle
     * @param memory what they use; an automatic one, kept alive by this
     * @throws IllegalArgumentException if one of these is not so
     */
    public ServedModel(
            String name,
            int inputs,
            int outputs,
            long clockHz,
            long energyPicojoules,
            List<? extends Inference> straight,
            List<? extends Inference> stepped,
            Arena memory) {
        if (inputs < 1 || outputs < 1 || outputs > 0xFFFF || straight.isEmpty() || straight.size() != stepped.size()) {
            throw new IllegalArgumentException("model cannot be served: name=" + name + " inputs=" + inputs
                    + " outputs=" + outputs + " threads=" + straight.size() + "/" + stepped.size());
        }
        this.name = name;
        this.inputs = inputs;
        this.outputs = outputs;
        this.clockHz = clockHz;
        this.energyPicojoules = energyPicojoules;
        this.straight = List.copyOf(straight);
        this.stepped = List.copyOf(stepped);
        this.memory = memory;
    }

    /** Where a network comes from: a file, say. */
    @FunctionalInterface
    public interface Source {
        /**
         * Reads it.
         *
         * @param arena owns its weights
         */
        QuantizedNetwork load(Arena arena) throws IOException;
    }

    /**
     * Loads a network onto devices as LIGHTNING's prototype has it.
     *
     * @param threads that will serve, at least 1
     * @throws IOException if the source cannot be read
     * @throws IllegalArgumentException if the network is too large for the device
     */
    public static ServedModel load(Source source, int threads) throws IOException {
        return load(source, ServedDevice.prototype(), threads);
    }

    /**
     * Loads a network onto devices, and steps one query of zeros for its cycles, from which the energy follows (MODELS.md, "Energy").
     *
     * @param served what devices
     * @param threads that will serve, at least 1
     * @throws IOException if the source cannot be read
     * @throws IllegalArgumentException if the network is too large for the device
     */
    public static ServedModel load(Source source, ServedDevice served, int threads) throws IOException {
        Arena memory = Arena.ofAuto();
        QuantizedNetwork network = source.load(memory);
        EmulatorConfig optics = served.optics();
        FastNetwork fast = new FastNetwork(network, served.wavelengths(), memory);
        List<StraightInference> straight = new ArrayList<>();
        List<SteppedInference> stepped = new ArrayList<>();
        long zeros = memory.allocate(network.inputs()).address();
        for (int thread = 0; thread < threads; thread++) {
            SteppedInference device = new SteppedInference(network, optics, memory);
            if (thread == 0) {
                device.infer(zeros);
            }
            stepped.add(device);
            straight.add(new StraightInference(
                    new FastInference(fast, memory),
                    stepped.getFirst().overallCycles(),
                    stepped.getFirst().computeCycles()));
        }
        long clockHz = stepped.getFirst().clockHz();
        QueryCost cost = QueryCost.of(
                network,
                served.description(),
                optics.lanes(),
                served.wavelengths(),
                clockHz,
                stepped.getFirst().overallCycles());
        return new ServedModel(
                network.name(),
                network.inputs(),
                network.outputs(),
                clockHz,
                Math.round(cost.total().totalJoules() * PICO),
                straight,
                stepped,
                memory);
    }

    /** For people. */
    public String name() {
        return name;
    }

    /** Bytes of a query. */
    public int inputs() {
        return inputs;
    }

    /** Sums of an answer. */
    public int outputs() {
        return outputs;
    }

    /** What the cycles are of. */
    public long clockHz() {
        return clockHz;
    }

    /** What a query costs the device, in picojoules; 0 if nobody knows. */
    public long energyPicojoules() {
        return energyPicojoules;
    }

    /** How many threads can serve. */
    public int threads() {
        return straight.size();
    }

    /** What a thread asks. */
    public Inference inference(int thread, boolean steps) {
        return steps ? stepped.get(thread) : straight.get(thread);
    }

    /** What it uses: an automatic arena, which lives as long as this is reachable. */
    public Arena memory() {
        return memory;
    }
}
