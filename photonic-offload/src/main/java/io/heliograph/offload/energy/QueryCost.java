package io.heliograph.offload.energy;

import io.heliograph.offload.graph.Operator;
import io.heliograph.offload.graph.QuantizedGraph;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.QuantizedNetwork;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What one query costs, layer by layer: the words that a layer streams are counted, and each costs what the device's description says (MODELS.md, "Energy").
 *
 * <p>A layer streams its preamble and a word of all lanes for each sixteen (as many as there are lanes) inputs of each output; lanes that carry padding are converted too. Laser and detector are on in
 * every cycle from the start of a query to its answer.
 */
public final class QueryCost {

    private static final double PLANCK = 6.62607015e-34;
    private static final double LIGHT_SPEED = 299_792_458;
    private static final int PREAMBLE_WORDS = 10;
    private static final int ACTIVATION_BITS = 8;
    /** Magnitude and sign. */
    private static final int WEIGHT_BITS = 9;

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
    private final long clockHz;
    private final List<Layer> layers = new ArrayList<>();

    private QueryCost(DeviceDescription device, int lanes, long clockHz) {
        this.device = device;
        this.lanes = lanes;
        this.clockHz = clockHz;
    }

    /**
     * Of a chain of dense layers.
     *
     * @param overallCycles that a stepped query takes; what the layers do not stream is listed as a row of its own
     */
    public static QueryCost of(
            QuantizedNetwork network, DeviceDescription device, int lanes, long clockHz, long overallCycles) {
        QueryCost cost = new QueryCost(device, lanes, clockHz);
        long streamed = 0;
        for (int k = 0; k < network.layers().size(); k++) {
            DenseLayer layer = network.layers().get(k);
            cost.add("layer " + (k + 1), layer.inputs(), layer.outputs());
            streamed += cost.layers.getLast().cycles();
        }
        if (overallCycles < streamed) {
            throw new IllegalArgumentException(
                    "a query takes no less than its words: overallCycles=" + overallCycles + " words=" + streamed);
        }
        cost.layers.add(cost.layer("between", 0, 0, overallCycles - streamed, 0));
        return cost;
    }

    /** Of a graph, which no datapath runs as one: its linear operators alone, one after the other, without what lies between them. */
    public static QueryCost of(QuantizedGraph graph, DeviceDescription device, int lanes, long clockHz) {
        QueryCost cost = new QueryCost(device, lanes, clockHz);
        for (Operator operator : graph.graph().operators()) {
            if (operator instanceof Operator.Linear linear) {
                cost.add(linear.name(), linear.weights().inputs(), linear.outputs());
            }
        }
        return cost;
    }

    private void add(String name, int inputs, int outputs) {
        long wordsPerOutput = Math.ceilDiv((long) inputs, lanes);
        long words = wordsPerOutput * outputs + PREAMBLE_WORDS;
        layers.add(layer(name, (long) inputs * outputs, words, words, outputs));
    }

    private Layer layer(String name, long multiplications, long words, long cycles, long outputs) {
        double samples = (double) words * lanes;
        double seconds = (double) cycles / clockHz;
        Map<Part, Double> joules = new EnumMap<>(Part.class);
        joules.put(
                Part.DACS, samples * (device.si(EnergyConstant.ACTIVATION_DAC) + device.si(EnergyConstant.WEIGHT_DAC)));
        joules.put(Part.MODULATORS, samples * 2 * device.si(EnergyConstant.MODULATOR));
        joules.put(Part.LASER, (double) cycles * lanes * laserJoulesPerSample());
        joules.put(Part.DETECTOR, seconds * device.si(EnergyConstant.DETECTOR));
        joules.put(Part.ADC, (double) cycles * lanes * device.si(EnergyConstant.ADC));
        joules.put(
                Part.MEMORY,
                samples
                        * (WEIGHT_BITS * device.si(EnergyConstant.WEIGHT_MEMORY)
                                + ACTIVATION_BITS * device.si(EnergyConstant.ACTIVATION_MEMORY)));
        joules.put(Part.LOGIC, (samples + outputs) * device.si(EnergyConstant.ADDER));
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
