package io.heliograph.offload.energy;

import io.heliograph.offload.graph.Operator;
import io.heliograph.offload.graph.QuantizedGraph;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.Grouping;
import io.heliograph.offload.model.QuantizedNetwork;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one query costs, layer by layer: the words that a layer streams are counted, and each costs what the device's description says (MODELS.md, "Energy").
 *
 * <p>A layer streams its preamble and a word of all lanes for each sixteen (as many as there are lanes) groups of inputs of each output, a group being as many inputs as there are wavelengths; lanes that carry padding are converted too. Laser and detector are on in
 * every cycle from the start of a query to its answer.
 */
public final class QueryCost {

    private static final double PLANCK = 6.62607015e-34;
    private static final double LIGHT_SPEED = 299_792_458;
    private static final int PREAMBLE_WORDS = 10;
    private static final int ACTIVATION_BITS = 8;
    /** Magnitude and sign. */
    private static final int WEIGHT_BITS = 9;
    /** Of the input that meets a weight, where several wavelengths make neurons read inputs in an order of their own. */
    private static final int INDEX_BITS = 16;

    private static final int BIAS_BITS = Float.SIZE;

    /**
     * What a layer does.
     *
     * @param name for people
     * @param multiplications of weights and activations, padding left out
     * @param words of all lanes that are streamed, the preamble among them
     * @param cycles of the logic clock that it takes
     * @param joules by part
     */
    public record Layer(String name, long multiplications, long words, long cycles, Map<Part, Double> joules) {
        /** Keeps its own map. */
        public Layer {
            joules = Map.copyOf(joules);
        }

        /** All parts. */
        public double totalJoules() {
            double total = 0;
            for (Part part : Part.values()) {
                total += joules(part);
            }
            return total;
        }

        /** One part. */
        public double joules(Part part) {
            return joules.getOrDefault(part, 0.0);
        }
    }

    private final DeviceDescription device;
    private final int lanes;
    private final int wavelengths;
    private final long clockHz;
    private final List<Layer> layers = new ArrayList<>();

    private QueryCost(DeviceDescription device, int lanes, int wavelengths, long clockHz) {
        this.device = device;
        this.lanes = lanes;
        this.wavelengths = wavelengths;
        this.clockHz = clockHz;
    }

    /**
     * Of a chain of dense layers on one wavelength.
     *
     * @param overallCycles that a stepped query takes; what the layers do not stream is listed as a row of its own
     */
    public static QueryCost of(
            QuantizedNetwork network, DeviceDescription device, int lanes, long clockHz, long overallCycles) {
        return of(network, device, lanes, 1, clockHz, overallCycles);
    }

    /**
     * Of a chain of dense layers. Modulators, their converters and the laser's lines are there once for each wavelength, detector and ADC once.
     *
     * @param overallCycles that a stepped query takes; what the layers do not stream is listed as a row of its own
     */
    public static QueryCost of(
            QuantizedNetwork network,
            DeviceDescription device,
            int lanes,
            int wavelengths,
            long clockHz,
            long overallCycles) {
        QueryCost cost = new QueryCost(device, lanes, wavelengths, clockHz);
        long streamed = 0;
        for (int k = 0; k < network.layers().size(); k++) {
            DenseLayer layer = network.layers().get(k);
            cost.add(
                    "layer " + (k + 1),
                    layer.inputs(),
                    layer.outputs(),
                    layer.hasBiases(),
                    layer.pooling().pools());
            streamed += cost.layers.getLast().cycles();
        }
        if (overallCycles < streamed) {
            throw new IllegalArgumentException(
                    "a query takes no less than its words: overallCycles=" + overallCycles + " words=" + streamed);
        }
        cost.layers.add(cost.layer("between", 0, 0, overallCycles - streamed, 0, 0));
        return cost;
    }

    /** Of a graph, which no datapath runs as one: its linear operators alone, one after the other, without what lies between them. */
    public static QueryCost of(QuantizedGraph graph, DeviceDescription device, int lanes, long clockHz) {
        QueryCost cost = new QueryCost(device, lanes, 1, clockHz);
        for (Operator operator : graph.graph().operators()) {
            if (operator instanceof Operator.Linear linear) {
                cost.add(
                        linear.name(),
                        linear.weights().inputs(),
                        linear.outputs(),
                        !linear.biases().areZero(),
                        false);
            }
        }
        return cost;
    }

    private void add(String name, int inputs, int outputs, boolean biased, boolean pooled) {
        long words = (long) Grouping.words(inputs, wavelengths, lanes) * outputs + PREAMBLE_WORDS;
        // A sum is taken, and taken again where it is pooled.
        long additions = pooled ? 2L * outputs : outputs;
        layers.add(layer(name, (long) inputs * outputs, words, words, additions, biased ? outputs : 0));
    }

    private Layer layer(String name, long multiplications, long words, long cycles, long additions, long biases) {
        double lines = (double) words * lanes;
        double samples = lines * wavelengths;
        int weightBits = wavelengths == 1 ? WEIGHT_BITS : WEIGHT_BITS + INDEX_BITS;
        double seconds = (double) cycles / clockHz;
        Map<Part, Double> joules = new EnumMap<>(Part.class);
        joules.put(
                Part.DACS, samples * (device.si(EnergyConstant.ACTIVATION_DAC) + device.si(EnergyConstant.WEIGHT_DAC)));
        joules.put(Part.MODULATORS, samples * 2 * device.si(EnergyConstant.MODULATOR));
        joules.put(Part.LASER, (double) cycles * lanes * wavelengths * laserJoulesPerSample());
        joules.put(Part.DETECTOR, seconds * device.si(EnergyConstant.DETECTOR));
        joules.put(Part.ADC, (double) cycles * lanes * device.si(EnergyConstant.ADC));
        joules.put(
                Part.MEMORY,
                samples
                                * (weightBits * device.si(EnergyConstant.WEIGHT_MEMORY)
                                        + ACTIVATION_BITS * device.si(EnergyConstant.ACTIVATION_MEMORY))
                        + (double) biases * BIAS_BITS * device.si(EnergyConstant.WEIGHT_MEMORY));
        joules.put(Part.LOGIC, (lines + additions + biases) * device.si(EnergyConstant.ADDER));
        return new Layer(name, multiplications, words, cycles, joules);
    }

    /** Photons at the detector, their loss on the way, and the laser's own. */
    private double laserJoulesPerSample() {
        double photon = PLANCK * LIGHT_SPEED / device.si(EnergyConstant.WAVELENGTH);
        double loss = Math.pow(10, device.si(EnergyConstant.OPTICAL_LOSS) / 10);
        return device.si(EnergyConstant.PHOTONS) * photon * loss / device.si(EnergyConstant.WALL_PLUG_EFFICIENCY);
    }

    /** Layer by layer; what lies between them last. */
    public List<Layer> layers() {
        return List.copyOf(layers);
    }

    /** All of it. */
    public Layer total() {
        long multiplications = 0;
        long words = 0;
        long cycles = 0;
        Map<Part, Double> joules = new EnumMap<>(Part.class);
        for (Layer layer : layers) {
            multiplications += layer.multiplications();
            words += layer.words();
            cycles += layer.cycles();
            layer.joules().forEach((part, energy) -> joules.merge(part, energy, Double::sum));
        }
        return new Layer("total", multiplications, words, cycles, joules);
    }

    /** Emulated time of so many cycles. */
    public double nanoseconds(long cycles) {
        return cycles * 1e9 / clockHz;
    }
}
