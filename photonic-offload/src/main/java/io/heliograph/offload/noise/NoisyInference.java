package io.heliograph.offload.noise;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.Normalization;
import io.heliograph.offload.model.QuantizedNetwork;
import io.heliograph.offload.model.SparseRows;
import io.heliograph.transport.RandomSource;
import java.lang.foreign.Arena;

/**
 * A network's integer semantics with noise where a model puts it. Without noise it gives what {@link
 * io.heliograph.offload.model.IntegerInference} gives.
 *
 * <ul>
 *   <li>{@code Output}: the vector that leaves a layer (after pooling and ReLU) is scaled so that its largest magnitude is 255, noise is added to every value,
 *       zeros too, and it goes on as it is, at most 255: it needs no shift any more. The sums of the last layer are those scaled ones.
 *   <li>{@code Product}: each product of a weight that is not zero gets noise after its floor, is rounded, and is no less than 0.
 *   <li>{@code Receiver}: positive and negative products of a neuron are integrated apart, unfloored, each a readout with shot and thermal noise; their
 *       difference is the sum.
 * </ul>
 *
 * <p>Biases and pooling are digital and have no noise. One thread at a time; allocates nothing once made. The same seed and the same queries in the same order give the same answers.
 */
public final class NoisyInference {

    private static final int PRODUCT_SHIFT = 8;
    private static final double PRODUCT_UNIT = 256;
    private static final int FULL_SCALE = 255;
    private static final double FULL_PRODUCT = FULL_SCALE * FULL_SCALE / PRODUCT_UNIT;

    private final NoiseModel model;
    private final Chance chance;
    private final DenseLayer[] layers;
    private final SparseRows[] rows;
    private final long[] activations = new long[2];
    private final long sums;
    private final int outputs;
    /** Of the sums, for one without shifts and scales. */
    private double units = 1;

    /** Prepares; the memory is the arena's. */
    public NoisyInference(QuantizedNetwork network, NoiseModel model, RandomSource bits, Arena arena) {
        this.model = model;
        chance = new Chance(bits);
        layers = network.layers().toArray(DenseLayer[]::new);
        rows = new SparseRows[layers.length];
        for (int k = 0; k < layers.length; k++) {
            rows[k] = new SparseRows(layers[k], arena);
        }
        for (int k = 0; k < activations.length; k++) {
            activations[k] = arena.allocate(network.widest()).address();
        }
        sums = arena.allocate((long) network.widest() * Short.BYTES, Short.BYTES)
                .address();
        outputs = network.outputs();
    }

    /**
     * Runs one query.
     *
     * @param input as many bytes as the network has inputs
     * @return the class
     */
    public int infer(long input) {
        long activation = input;
        units = 1;
        for (int k = 0; k < layers.length; k++) {
            accumulate(rows[k], layers[k], activation);
            int values = layers[k].values();
            if (layers[k].pooling().pools()) {
                layers[k].pooling().apply(sums, values);
            }
            if (layers[k].relu()) {
                cutNegative(values);
            }
            boolean scaled = model instanceof NoiseModel.Output;
            if (model instanceof NoiseModel.Output output) {
                scaleAndBlur(values, output.sigma());
            }
            if (layers[k].relu()) {
                long next = activations[k & 1];
                int shift = scaled ? 0 : Normalization.shiftFor(largest(values));
                units = Math.scalb(units, -shift);
                for (int value = 0; value < values; value++) {
                    NativeMemory.putByte(next + value, (byte) Normalization.apply(sum(value), shift));
                }
                activation = next;
            }
        }
        return argmax();
    }

    /** The sum of one output of the last query. */
    public int sum(int output) {
        return NativeMemory.getShort(sums + (long) output * Short.BYTES);
    }

    private void accumulate(SparseRows entries, DenseLayer layer, long activation) {
        for (int output = 0; output < layer.outputs(); output++) {
            long begin = entries.begin(output);
            long end = entries.begin(output + 1);
            int sum = switch (model) {
                case NoiseModel.None() -> exact(begin, end, activation);
                case NoiseModel.Output(double sigma) -> exact(begin, end, activation);
                case NoiseModel.Product(double sigma) -> products(begin, end, activation, sigma);
                case NoiseModel.Receiver receiver -> integrate(begin, end, activation, receiver);
            };
            put(output, sum + layer.addend(output, units));
        }
    }

    private static int exact(long begin, long end, long activation) {
        int sum = 0;
        for (long entry = begin; entry < end; entry += Integer.BYTES) {
            int weight = SparseRows.weight(entry);
            int product = NativeMemory.getUnsignedByte(activation + SparseRows.input(entry)) * Math.abs(weight)
                    >> PRODUCT_SHIFT;
            sum += weight < 0 ? -product : product;
        }
        return sum;
    }

    private int products(long begin, long end, long activation, double sigma) {
        int sum = 0;
        for (long entry = begin; entry < end; entry += Integer.BYTES) {
            int weight = SparseRows.weight(entry);
            int product = NativeMemory.getUnsignedByte(activation + SparseRows.input(entry)) * Math.abs(weight)
                    >> PRODUCT_SHIFT;
            int read = Math.max(0, (int) Math.rint(product + sigma * chance.gaussian()));
            sum += weight < 0 ? -read : read;
        }
        return sum;
    }

    private int integrate(long begin, long end, long activation, NoiseModel.Receiver receiver) {
        int positive = 0;
        int negative = 0;
        for (long entry = begin; entry < end; entry += Integer.BYTES) {
            int weight = SparseRows.weight(entry);
            int product = NativeMemory.getUnsignedByte(activation + SparseRows.input(entry)) * Math.abs(weight);
            if (weight < 0) {
                negative += product;
            } else {
                positive += product;
            }
        }
        double perUnit = receiver.photonsPerMac() / FULL_PRODUCT;
        double difference = readout(positive / PRODUCT_UNIT * perUnit, receiver)
                - readout(negative / PRODUCT_UNIT * perUnit, receiver);
        return (int) Math.rint(difference / perUnit);
    }

    private double readout(double electrons, NoiseModel.Receiver receiver) {
        return chance.poisson(electrons) + receiver.thermalElectrons() * chance.gaussian();
    }

    private void cutNegative(int count) {
        for (int output = 0; output < count; output++) {
            put(output, Math.max(0, sum(output)));
        }
    }

    private void scaleAndBlur(int count, double sigma) {
        int largest = 1;
        for (int output = 0; output < count; output++) {
            largest = Math.max(largest, Math.abs(sum(output)));
        }
        for (int output = 0; output < count; output++) {
            double x = Math.rint(sum(output) * (double) FULL_SCALE / largest);
            double magnitude = Math.abs(Math.abs(x) + sigma * chance.gaussian());
            int rounded = (int) Math.min(FULL_SCALE, Math.rint(magnitude));
            put(output, x < 0 ? -rounded : rounded);
        }
        units *= (double) FULL_SCALE / largest;
    }

    private int largest(int count) {
        int largest = 0;
        for (int output = 0; output < count; output++) {
            largest = Math.max(largest, sum(output));
        }
        return largest;
    }

    private void put(int output, int value) {
        NativeMemory.putShort(sums + (long) output * Short.BYTES, (short) value);
    }

    private int argmax() {
        int best = 0;
        for (int output = 1; output < outputs; output++) {
            if (sum(output) > sum(best)) {
                best = output;
            }
        }
        return best;
    }
}
