package io.heliograph.offload.datapath;

import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.PhotonicCapabilities;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.Pooling;
import io.heliograph.offload.model.QuantizedNetwork;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * Makes the program of LIGHTNING's datapath for a model and a device: layer sizes decide the targets, the device decides lanes, delays and the loss.
 *
 * <p>The registers of each stage are LIGHTNING's (rtl/datapath of its public sources): two for the shift of the activation stream and for the loss compensator, four for
 * the means of 16 lanes and for their sum, fourteen for log-softmax, and so on; they are settings of the program, not of the machine.
 */
public final class DatapathCompiler {

    /** Words of preamble before each layer (LIGHTNING's test bench). */
    public static final int PREAMBLE_WORDS = 10;

    /** Cycles in which the preamble is looked for (LIGHTNING's test bench). */
    private static final int MONITOR_CYCLES = 96;

    /** The monitoring window must be at least preamble + photonic slack + this (LIGHTNING's register description). */
    private static final int MONITOR_MARGIN = 9;

    /** Registers of the streamer's shift between lanes, which the activation stream always passes. */
    static final int SHIFT_REGISTERS = 2;

    private static final int BUS_BYTES = 32;

    /** Registers of the pool stage: one for a comparison; the sum of a window and its division by a constant (a product of 32 bits and a correction) take four. Ours. */
    private static final int LARGEST_CYCLES = 1;

    private static final int MEAN_CYCLES = 4;

    private final QuantizedNetwork network;
    private final int lanes;
    private final int wavelengths;
    private final boolean encodesPriority;
    private final List<StageSpec> stages = new ArrayList<>();

    private DatapathCompiler(QuantizedNetwork network, int lanes, int wavelengths, boolean encodesPriority) {
        this.network = network;
        this.lanes = lanes;
        this.wavelengths = wavelengths;
        this.encodesPriority = encodesPriority;
    }

    /**
     * Compiles.
     *
     * @param calibration of the device
     * @throws IllegalArgumentException if the device cannot run such a datapath, with the reason
     */
    public static DatapathProgram compile(
            QuantizedNetwork network, PhotonicCapabilities device, Calibration calibration) {
        return compile(network, device, calibration, false);
    }

    /**
     * Compiles a datapath whose answer is the first output with a sum that is not negative, instead of the largest one.
     *
     * @param calibration of the device
     * @throws IllegalArgumentException if the device cannot run such a datapath, with the reason
     */
    public static DatapathProgram compileMatcher(
            QuantizedNetwork network, PhotonicCapabilities device, Calibration calibration) {
        if (device.wavelengths() != 1) {
            throw new IllegalArgumentException(
                    "a matcher's sums must not reach the detector's full scale, so the device must have one"
                            + " wavelength: wavelengths="
                            + device.wavelengths());
        }
        return compile(network, device, calibration, true);
    }

    private static DatapathProgram compile(
            QuantizedNetwork network, PhotonicCapabilities device, Calibration calibration, boolean encodesPriority) {
        return new DatapathCompiler(network, device.lanes(), device.wavelengths(), encodesPriority)
                .compile(calibration);
    }

    private DatapathProgram compile(Calibration calibration) {
        List<Integer> inputs = new ArrayList<>();
        List<Integer> outputs = new ArrayList<>();
        List<Integer> words = new ArrayList<>();
        List<Integer> allWords = new ArrayList<>();
        List<Integer> relu = new ArrayList<>();
        List<Integer> windows = new ArrayList<>();
        for (DenseLayer layer : network.layers()) {
            inputs.add(layer.inputs());
            outputs.add(layer.outputs());
            windows.add(layer.pooling().window());
            words.add(layer.wordsPerNeuron(lanes, wavelengths));
            allWords.add(Math.multiplyExact(layer.wordsPerNeuron(lanes, wavelengths), layer.outputs()));
            relu.add(layer.relu() ? 1 : 0);
        }
        addFront(inputs, outputs, words, allWords);
        addOptics(calibration);
        addBack(outputs, words, allWords, relu);
        DatapathProgram program =
                new DatapathProgram(network.name(), lanes, wavelengths, inputs, outputs, windows, stages);
        ProgramValidator.check(network.name(), program);
        return program;
    }

    private void addFront(List<Integer> inputs, List<Integer> outputs, List<Integer> words, List<Integer> allWords) {
        int payloadWords = (inputs.getFirst() + BUS_BYTES - 1) / BUS_BYTES;
        add(
                "parser",
                StageKind.PACKET_PARSER,
                List.of(),
                Map.of("latency", List.of(1), "bus-bytes", List.of(BUS_BYTES)),
                CountRule.of("words", "word", List.of(payloadWords), "start"));
        add(
                "loader",
                StageKind.DAG_LOADER,
                List.of(from("start", "parser", "start", 0), from("next", "buffer", "next", 0)),
                Map.of("latency", List.of(1), "announce", List.of(2)),
                CountRule.of("layers", "load", List.of(outputs.size()), "last"));
        add(
                "activations",
                StageKind.ACTIVATION_READER,
                List.of(from("layer", "loader", "layer", 0), from("changed", "loader", "changed", 0)),
                latency(2),
                CountRule.of("preamble", "preamble", List.of(PREAMBLE_WORDS), "data"),
                CountRule.of("words", "word", onlyFirst(words), "restart"),
                CountRule.of("repeats", "repeat", onlyFirst(outputs), "stop"));
        add(
                "weights",
                StageKind.WEIGHT_READER,
                List.of(from("layer", "loader", "layer", 0), from("changed", "loader", "changed", 0)),
                latency(2),
                CountRule.of("preamble", "preamble", List.of(PREAMBLE_WORDS), "data"),
                CountRule.of("words", "word", allWords, "stop"));
        add(
                "switch",
                StageKind.ACTIVATION_SWITCH,
                List.of(
                        from("first", "activations", "word", 0),
                        from("later", "buffer", "word", 2),
                        from("layer", "loader", "layer", 0)),
                latency(1));
    }

    private void addOptics(Calibration calibration) {
        int shift = calibration.sampleShift(lanes);
        int skew = calibration.activationFlight() + SHIFT_REGISTERS * lanes + shift - calibration.weightFlight();
        int activationDelay = Math.max(0, -skew / lanes);
        int weightDelay = Math.max(0, skew / lanes);
        if (activationDelay > ProgramValidator.MOST_DELAY || weightDelay > ProgramValidator.MOST_DELAY) {
            throw new IllegalArgumentException("the arms are too far apart: activationFlight="
                    + calibration.activationFlight() + " weightFlight=" + calibration.weightFlight() + " samples");
        }
        int slack =
                (Math.max(calibration.activationFlight() + SHIFT_REGISTERS * lanes + shift, calibration.weightFlight())
                                + lanes
                                - 1)
                        / lanes;
        int monitor = Math.max(MONITOR_CYCLES, PREAMBLE_WORDS + slack + MONITOR_MARGIN);
        add(
                "streamer",
                StageKind.STREAMER,
                List.of(from("activation", "switch", "word", 0), from("weight", "weights", "word", 1)),
                Map.of(
                        "latency", List.of(1),
                        "activation-delay", List.of(activationDelay),
                        "sample-shift", List.of(shift),
                        "weight-delay", List.of(weightDelay)),
                CountRule.of("valid", "valid", List.of(2), "send"));
        add("core", StageKind.PHOTONIC_CORE, List.of(from("sent", "streamer", "sent", 0)), Map.of());
        add(
                "compensator",
                StageKind.LOSS_COMPENSATOR,
                List.of(from("samples", "core", "samples", 0)),
                Map.of("latency", List.of(2), "multiplier", List.of(calibration.lossMultiplier())));
        add(
                "detector",
                StageKind.PREAMBLE_DETECTOR,
                List.of(from("samples", "compensator", "samples", 0), from("changed", "loader", "changed", 0)),
                Map.of("latency", List.of(1), "mean", List.of(4), "match", List.of(2)),
                CountRule.of("aligned", "aligned", List.of(PREAMBLE_WORDS), "pass"),
                CountRule.of("early", "early", List.of(PREAMBLE_WORDS), "pass"),
                CountRule.of("late", "late", List.of(PREAMBLE_WORDS - 1), "pass"),
                CountRule.of("window", "window", List.of(monitor), "close"));
    }

    private void addBack(List<Integer> outputs, List<Integer> words, List<Integer> allWords, List<Integer> relu) {
        StageInput layer = from("layer", "loader", "layer", 0);
        List<Integer> values = new ArrayList<>();
        network.layers().forEach(of -> values.add(of.values()));
        int resultWords = (values.getLast() + lanes - 1) / lanes;
        add(
                "signs",
                StageKind.SIGN_READER,
                List.of(from("data", "detector", "data", 0), layer),
                latency(4),
                CountRule.of("words", "word", allWords, "stop"));
        add(
                "adder",
                StageKind.ADDER,
                List.of(from("data", "detector", "data", 4), from("signs", "signs", "signs", 0), layer),
                latency(4),
                CountRule.of("words", "word", words, "emit"),
                CountRule.of("neurons", "sum", outputs, "stop"));
        String sums = "adder";
        if (network.hasBiases()) {
            sums = "biases";
            add(
                    sums,
                    StageKind.BIAS_ADDER,
                    List.of(from("sum", "adder", "sum", 0), from("shift", "normalizer", "shift", 0), layer),
                    latency(1),
                    CountRule.of("sums", "sum", outputs, "stop"));
        }
        if (network.pools()) {
            addPool(sums);
            sums = "pool";
        }
        add(
                "relu",
                StageKind.RELU,
                List.of(from("sum", sums, "sum", 0), layer),
                Map.of("latency", List.of(1), "enabled", relu));
        add(
                "normalizer",
                StageKind.NORMALIZER,
                List.of(from("value", "relu", "value", 0), layer),
                latency(1),
                CountRule.of("values", "value", allButLast(values), "latch"));
        add(
                "buffer",
                StageKind.BUFFER,
                List.of(from("value", "relu", "value", 0), from("shift", "normalizer", "shift", 0), layer),
                latency(1),
                CountRule.of("outputs", "value", values, "next"),
                CountRule.of("preamble", "preamble", List.of(PREAMBLE_WORDS), "data"),
                CountRule.of("words", "word", allButFirst(words), "restart"),
                CountRule.of("repeats", "repeat", allButFirst(outputs), "stop"),
                CountRule.of("wait", "wait", List.of(2), "emit"));
        if (encodesPriority) {
            add(
                    "encoder",
                    StageKind.PRIORITY_ENCODER,
                    List.of(from("word", "buffer", "word", 0), layer),
                    latency(2),
                    CountRule.of("words", "word", List.of(resultWords), "reply"));
            return;
        }
        add(
                "softmax",
                StageKind.SOFTMAX,
                List.of(from("word", "buffer", "word", 0), layer),
                latency(14),
                CountRule.of("words", "word", List.of(resultWords), "compute"));
        add(
                "result",
                StageKind.RESULT,
                List.of(from("done", "softmax", "done", 0)),
                latency(1),
                CountRule.of("results", "result", List.of(1), "reply"));
    }

    private void addPool(String sums) {
        List<Integer> average = new ArrayList<>();
        List<Integer> rectify = new ArrayList<>();
        List<Integer> window = new ArrayList<>();
        List<Integer> values = new ArrayList<>();
        boolean means = false;
        for (DenseLayer of : network.layers()) {
            Pooling pooling = of.pooling();
            means |= pooling.average();
            average.add(pooling.average() ? 1 : 0);
            rectify.add(pooling.rectifies() ? 1 : 0);
            window.add(pooling.pools() ? pooling.window() : 0);
            values.add(pooling.pools() ? of.values() : 0);
        }
        add(
                "pool",
                StageKind.POOL,
                List.of(from("sum", sums, "sum", 0), from("layer", "loader", "layer", 0)),
                Map.of(
                        "latency", List.of(means ? MEAN_CYCLES : LARGEST_CYCLES),
                        "average", average,
                        "rectify", rectify),
                CountRule.of("values", "value", window, "emit"),
                CountRule.of("windows", "window", values, "stop"));
    }

    private void add(
            String name,
            StageKind kind,
            List<StageInput> inputs,
            Map<String, List<Integer>> settings,
            CountRule... rules) {
        stages.add(new StageSpec(name, kind, inputs, settings, List.of(rules), 0));
    }

    private static Map<String, List<Integer>> latency(int cycles) {
        return Map.of("latency", List.of(cycles));
    }

    private static StageInput from(String port, String source, String output, int delay) {
        return new StageInput(port, source, output, delay, 0);
    }

    /** The reader of the first layer counts in no other. */
    private static List<Integer> onlyFirst(List<Integer> values) {
        List<Integer> first = new ArrayList<>(Collections.nCopies(values.size(), 0));
        first.set(0, values.getFirst());
        return first;
    }

    /** The buffer replays to every layer but the first. */
    private static List<Integer> allButFirst(List<Integer> values) {
        List<Integer> others = new ArrayList<>(values);
        others.set(0, 0);
        return others;
    }

    /** The last layer is not normalised. */
    private static List<Integer> allButLast(List<Integer> values) {
        List<Integer> others = new ArrayList<>(values);
        others.set(values.size() - 1, 0);
        return others;
    }
}
