package io.heliograph.benchmarks.offload;

import io.heliograph.offload.datapath.DatapathMachine;
import io.heliograph.offload.datapath.DatapathProgram;
import io.heliograph.offload.datapath.ResidentModel;
import io.heliograph.offload.datapath.StageSpec;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.FloatLayer;
import io.heliograph.offload.model.Pooling;
import io.heliograph.offload.model.QuantizedNetwork;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;

/**
 * One query through a program, cycle by cycle: what each stage is doing in the cycles that somebody looks at.
 *
 * <p>The query and, without a model, the weights are zeros: cycles depend on shapes, not on data.
 */
public final class CycleTrace {

    private static final int SPARE_WORDS = 64;

    /**
     * One cycle.
     *
     * @param cycle from the start on; below 0 while the parser takes the query
     * @param stages what each is doing, in the order of the program
     */
    public record Row(long cycle, List<String> stages) {}

    private final List<Row> rows = new ArrayList<>();
    private final long overall;
    private final long compute;
    private final double emulatedNs;

    /**
     * Steps a program on an emulated LIGHTNING prototype with as many lanes and wavelengths.
     *
     * @param network whose shape the program has, or one of zeros
     * @param first cycle that is looked at
     * @param last cycle that is looked at
     * @throws IllegalStateException if the program comes to no answer, with the state of all stages
     */
    public CycleTrace(DatapathProgram program, QuantizedNetwork network, long first, long last) {
        EmulatorConfig config = EmulatorConfig.LIGHTNING.withConverters(program.lanes(), program.wavelengths(), 8, 8);
        config = config.withWeightWords(
                ResidentModel.wordsFor(network, program.lanes(), program.wavelengths()) + SPARE_WORDS);
        try (Arena arena = Arena.ofConfined();
                PhotonicEmulator device = new PhotonicEmulator(config)) {
            ResidentModel model = ResidentModel.load(network, device, 0, arena);
            DatapathMachine machine = new DatapathMachine(program, model, device, arena);
            machine.begin(arena.allocate(network.inputs()).address(), network.inputs());
            while (!machine.isDone()) {
                if (machine.isHung()) {
                    throw new IllegalStateException("the program comes to no answer: " + machine.describe());
                }
                long cycle = machine.cycle();
                machine.step();
                if (cycle >= first && cycle <= last) {
                    rows.add(new Row(cycle, describe(program, machine)));
                }
            }
            overall = machine.overallCycles();
            compute = machine.computeCycles();
            emulatedNs = machine.overallTime().nanoseconds();
        }
    }

    private static List<String> describe(DatapathProgram program, DatapathMachine machine) {
        List<String> stages = new ArrayList<>();
        List<StageSpec> specs = program.stages();
        for (int k = 0; k < specs.size(); k++) {
            stages.add(machine.describe(k));
        }
        return stages;
    }

    /** A network of zeros with the shape of a program. */
    public static QuantizedNetwork zeros(List<Integer> inputs, List<Integer> outputs, Arena arena) {
        List<FloatLayer> layers = new ArrayList<>();
        for (int k = 0; k < inputs.size(); k++) {
            long weights = (long) inputs.get(k) * outputs.get(k);
            layers.add(
                    new FloatLayer(outputs.get(k), inputs.get(k), arena.allocate(weights * Float.BYTES, Float.BYTES)));
        }
        StringBuilder name = new StringBuilder("mlp-").append(inputs.getFirst());
        for (int output : outputs) {
            name.append('-').append(output);
        }
        return QuantizedNetwork.quantize(name.toString(), layers, arena);
    }

    /** A network of zeros with the shape of a program, pooled where that pools. */
    public static QuantizedNetwork zeros(DatapathProgram program, Arena arena) {
        List<DenseLayer> layers = new ArrayList<>();
        for (int k = 0; k < program.layers(); k++) {
            int inputs = program.inputs().get(k);
            int outputs = program.outputs().get(k);
            long weights = arena.allocate((long) inputs * outputs * Short.BYTES, Short.BYTES)
                    .address();
            layers.add(new DenseLayer(inputs, outputs, weights, k < program.layers() - 1)
                    .withPooling(Pooling.largest(program.windows().get(k), false)));
        }
        return new QuantizedNetwork(program.name(), layers, QuantizedNetwork.MAX_WEIGHT);
    }

    /** The cycles that were looked at. */
    public List<Row> rows() {
        return rows;
    }

    /** Cycles from start to answer. */
    public long overallCycles() {
        return overall;
    }

    /** Those in which a stage had input and no output yet. */
    public long computeCycles() {
        return compute;
    }

    /** Emulated time from start to answer. */
    public double emulatedNanoseconds() {
        return emulatedNs;
    }
}
