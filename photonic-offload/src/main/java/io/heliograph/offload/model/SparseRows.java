package io.heliograph.offload.model;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;

/**
 * The weights of a layer that are not zero, row after row, off the heap: for each its input and its value, 32 bits together.
 *
 * <p>A pruned network has one weight in twenty; zero weights add nothing in any of the semantics.
 */
public final class SparseRows {

    private static final int INPUT_SHIFT = 16;

    private final int outputs;
    private final long starts;
    private final long entries;

    /** Takes what is not zero from a layer of at most 65,536 inputs. */
    public SparseRows(DenseLayer layer, Arena arena) {
        if (layer.inputs() > 1 << INPUT_SHIFT) {
            throw new IllegalArgumentException("layer is too wide: inputs=" + layer.inputs());
        }
        outputs = layer.outputs();
        int weights = 0;
        for (int output = 0; output < outputs; output++) {
            for (int input = 0; input < layer.inputs(); input++) {
                weights += layer.weight(output, input) != 0 ? 1 : 0;
            }
        }
        starts = arena.allocate((outputs + 1L) * Integer.BYTES, Integer.BYTES).address();
        entries = arena.allocate(Math.max(1, weights) * (long) Integer.BYTES, Integer.BYTES)
                .address();
        int next = 0;
        for (int output = 0; output < outputs; output++) {
            NativeMemory.putInt(starts + (long) output * Integer.BYTES, next);
            for (int input = 0; input < layer.inputs(); input++) {
                int weight = layer.weight(output, input);
                if (weight != 0) {
                    NativeMemory.putInt(entries + (long) next * Integer.BYTES, input << INPUT_SHIFT | weight & 0xFFFF);
                    next++;
                }
            }
        }
        NativeMemory.putInt(starts + (long) outputs * Integer.BYTES, next);
    }

    /** Rows. */
    public int outputs() {
        return outputs;
    }

    /** The address of the first entry of a row; the next row's is its end. Entries are 4 bytes apart. */
    public long begin(int output) {
        return entries + (long) NativeMemory.getInt(starts + (long) output * Integer.BYTES) * Integer.BYTES;
    }

    /** The input of the entry at an address. */
    public static int input(long entry) {
        return NativeMemory.getInt(entry) >>> INPUT_SHIFT;
    }

    /** The weight of the entry at an address, -255 to 255 but 0. */
    public static int weight(long entry) {
        return (short) NativeMemory.getInt(entry);
    }
}
