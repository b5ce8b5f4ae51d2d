package io.heliograph.offload.fast;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.Normalization;
import java.lang.foreign.Arena;

/**
 * Runs queries by vectors: the integer semantics of {@code IntegerInference} on as many wavelengths, bit by bit.
 *
 * <p>The payload is read where it lies; on one wavelength each byte that is not zero is widened once, into an entry of value and input. What is zero costs nothing further, in any layer. One thread at a time; allocates
 * nothing once the compiler has seen it (some thousand queries).
 */
public final class FastInference {

    private static final long ALIGNMENT = 64;
    private static final int TOP_BIT = Integer.SIZE - 1;

    private final VectorLayer[] layers;
    private final GroupedLayer[] grouped;
    private final long entries;
    private final long vector;
    private final long sums;
    private final int outputs;

    /** Prepares scratch memory, which is the arena's. */
    public FastInference(FastNetwork network, Arena arena) {
        layers = network.layers().toArray(VectorLayer[]::new);
        grouped = network.grouped().toArray(GroupedLayer[]::new);
        outputs = network.outputs();
        long mostEntries = 0;
        long mostSums = 0;
        long mostValues = 1;
        for (VectorLayer layer : layers) {
            mostEntries = Math.max(mostEntries, layer.inputs());
            mostSums = Math.max(mostSums, layer.sumBytes());
        }
        for (GroupedLayer layer : grouped) {
            mostSums = Math.max(mostSums, layer.sumBytes());
            mostValues = Math.max(mostValues, layer.layer().values());
        }
        vector = arena.allocate(mostValues, ALIGNMENT).address();
        // One more: an entry is written before it is known whether it counts.
        entries = arena.allocate((mostEntries + 1) * Integer.BYTES, ALIGNMENT).address();
        sums = arena.allocate(mostSums, ALIGNMENT).address();
    }

    /**
     * Runs one query.
     *
     * @param input as many bytes as the network has inputs
     * @return the class: the largest sum, ties to the lower
     */
    public int infer(long input) {
        return grouped.length == 0 ? inferAlone(input) : inferGrouped(input);
    }

    private int inferAlone(long input) {
        int count = widen(input, layers[0].inputs());
        double units = 1;
        for (VectorLayer layer : layers) {
            int maximum = layer.accumulate(entries, count, sums);
            if (layer.biases() != 0) {
                maximum = VectorLayer.addBiases(layer.biases(), layer.outputs(), units, sums);
            }
            if (layer.pooling().pools()) {
                maximum = layer.pooling().apply(sums, layer.values());
            }
            if (layer.relu()) {
                int shift = Normalization.shiftFor(maximum);
                count = normalize(layer.values(), shift);
                units = Math.scalb(units, -shift);
            }
        }
        return argmax();
    }

    private int inferGrouped(long input) {
        long activations = input;
        double units = 1;
        for (GroupedLayer each : grouped) {
            DenseLayer layer = each.layer();
            int maximum = each.accumulate(activations, sums);
            if (each.biases() != 0) {
                maximum = VectorLayer.addBiases(each.biases(), layer.outputs(), units, sums);
            }
            if (layer.pooling().pools()) {
                maximum = layer.pooling().apply(sums, layer.values());
            }
            if (layer.relu()) {
                int shift = Normalization.shiftFor(maximum);
                for (int value = 0; value < layer.values(); value++) {
                    NativeMemory.putByte(vector + value, (byte) Normalization.apply(Math.max(0, sum(value)), shift));
                }
                units = Math.scalb(units, -shift);
                activations = vector;
            }
        }
        return argmax();
    }

    /** The sum of one output of the last query. */
    public int sum(int output) {
        return NativeMemory.getShort(sums + (long) output * Short.BYTES);
    }

    /** Returns how many bytes are not zero. */
    private int widen(long input, int count) {
        int found = 0;
        int next = 0;
        for (; next + Long.BYTES <= count; next += Long.BYTES) {
            if (NativeMemory.getLong(input + next) != 0) {
                for (int k = next; k < next + Long.BYTES; k++) {
                    found = add(found, k, NativeMemory.getUnsignedByte(input + k));
                }
            }
        }
        for (; next < count; next++) {
            found = add(found, next, NativeMemory.getUnsignedByte(input + next));
        }
        return found;
    }

    /** ReLU and the shift; returns how many values are not zero. */
    private int normalize(int count, int shift) {
        int found = 0;
        int left = Math.max(0, -shift);
        int right = Math.max(0, shift);
        for (int output = 0; output < count; output++) {
            found = add(found, output, Math.max(0, sum(output)) >> right << left);
        }
        return found;
    }

    /** Writes an entry, and moves on only if it counts: no branch, for nobody could foretell it. */
    private int add(int found, int input, int activation) {
        NativeMemory.putInt(entries + (long) found * Integer.BYTES, VectorLayer.entry(input, activation));
        return found + (-activation >>> TOP_BIT);
    }

    private int argmax() {
        int best = 0;
        int largest = sum(0);
        for (int output = 1; output < outputs; output++) {
            int value = sum(output);
            if (value > largest) {
                largest = value;
                best = output;
            }
        }
        return best;
    }
}
