package io.heliograph.offload.model;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import org.jspecify.annotations.Nullable;

/**
 * A network's integer semantics computed straight, without a device: what an exact datapath must give bit by bit.
 *
 * <p>A product is (a |q|) >> 8, floor; products are added or subtracted by sign in 16 bits, and the bias to them; pooling follows where a layer has it ({@link Pooling}), then ReLU and one power-of-two shift, but
 * in the last layer. On several wavelengths the products of a group ({@link Grouping}) are summed before the floor, and a sum above 255 is 255. Inputs are bytes, 0 to 255. The class is the largest sum, ties to the lower index (DATAPATH.md, "Arithmetic").
 *
 * <p>One thread at a time; allocates nothing once made.
 */
public final class IntegerInference {

    private static final int PRODUCT_SHIFT = 8;

    private final DenseLayer[] layers;
    private final @Nullable SparseRows[] rows;
    private final @Nullable GroupedRows[] groups;
    private final long[] activations = new long[2];
    private final long sums;
    private final int outputs;

    /** Prepares for one wavelength; the memory is the arena's. */
    public IntegerInference(QuantizedNetwork network, Arena arena) {
        this(network, 1, arena);
    }

    /** Prepares for so many wavelengths; the memory is the arena's. */
    public IntegerInference(QuantizedNetwork network, int wavelengths, Arena arena) {
        layers = network.layers().toArray(DenseLayer[]::new);
        rows = new @Nullable SparseRows[layers.length];
        groups = new @Nullable GroupedRows[layers.length];
        for (int k = 0; k < layers.length; k++) {
            rows[k] = wavelengths == 1 ? new SparseRows(layers[k], arena) : null;
            groups[k] = wavelengths == 1 ? null : new GroupedRows(layers[k], wavelengths, arena);
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
        double units = 1;
        for (int k = 0; k < layers.length; k++) {
            int maximum = accumulate(k, units, activation);
            if (layers[k].pooling().pools()) {
                maximum = layers[k].pooling().apply(sums, layers[k].values());
            }
            if (layers[k].relu()) {
                long next = activations[k & 1];
                int shift = Normalization.shiftFor(maximum);
                normalize(layers[k].values(), shift, next);
                units = Math.scalb(units, -shift);
                activation = next;
            }
        }
        return argmax();
    }

    /** The sum of one output of the last query. */
    public int sum(int output) {
        return NativeMemory.getShort(sums + (long) output * Short.BYTES);
    }

    /** Returns the largest sum, or 0 if none is above. */
    private int accumulate(int k, double units, long activation) {
        SparseRows alone = rows[k];
        GroupedRows together = groups[k];
        DenseLayer layer = layers[k];
        int maximum = 0;
        for (int output = 0; output < layer.outputs(); output++) {
            int sum = layer.addend(output, units);
            if (alone != null) {
                sum += sum(alone.begin(output), alone.begin(output + 1), activation);
            } else if (together != null) {
                sum += together.sum(output, activation);
            }
            NativeMemory.putShort(sums + (long) output * Short.BYTES, (short) sum);
            maximum = Math.max(maximum, (short) sum);
        }
        return maximum;
    }

    private static int sum(long begin, long end, long activation) {
        int sum = 0;
        for (long entry = begin; entry < end; entry += Integer.BYTES) {
            int weight = SparseRows.weight(entry);
            int product = NativeMemory.getUnsignedByte(activation + SparseRows.input(entry)) * Math.abs(weight)
                    >> PRODUCT_SHIFT;
            sum += weight < 0 ? -product : product;
        }
        return sum;
    }

    private void normalize(int count, int shift, long to) {
        for (int output = 0; output < count; output++) {
            int value = Math.max(0, NativeMemory.getShort(sums + (long) output * Short.BYTES));
            NativeMemory.putByte(to + output, (byte) Normalization.apply(value, shift));
        }
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
