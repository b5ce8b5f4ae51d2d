package io.heliograph.offload.model;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;

/**
 * The weights of a layer that are not zero, row after row and group after group ({@link Grouping}), off the heap: 32 bits each, for the input, the magnitude, the sign of its group and whether it is the last of it.
 */
public final class GroupedRows {

    private static final int INPUT_SHIFT = 16;
    private static final int LAST = 1 << 15;
    private static final int NEGATIVE = 1 << 14;
    private static final int MAGNITUDE = 0xFF;
    private static final int PRODUCT_SHIFT = 8;
    /** What the converter behind the detector gives at most. */
    private static final int FULL_SCALE = 255;

    private final int outputs;
    private final long starts;
    private final long entries;

    /** Takes what is not zero from a layer of at most 65,536 inputs. */
    public GroupedRows(DenseLayer layer, int wavelengths, Arena arena) {
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
        int[] members = new int[Grouping.groups(layer.inputs(), wavelengths) * wavelengths];
        int next = 0;
        for (int output = 0; output < outputs; output++) {
            NativeMemory.putInt(starts + (long) output * Integer.BYTES, next);
            Grouping.arrange(layer, output, wavelengths, members);
            for (int group = 0; group < members.length; group += wavelengths) {
                int before = next;
                for (int member = group; member < group + wavelengths; member++) {
                    int weight = members[member] == Grouping.NONE ? 0 : layer.weight(output, members[member]);
                    if (weight != 0) {
                        put(next++, members[member] << INPUT_SHIFT | (weight < 0 ? NEGATIVE : 0) | Math.abs(weight));
                    }
                }
                if (next > before) {
                    put(next - 1, get(next - 1) | LAST);
                }
            }
        }
        NativeMemory.putInt(starts + (long) outputs * Integer.BYTES, next);
    }

    private void put(int entry, int value) {
        NativeMemory.putInt(entries + (long) entry * Integer.BYTES, value);
    }

    private int get(int entry) {
        return NativeMemory.getInt(entries + (long) entry * Integer.BYTES);
    }

    /** Rows. */
    public int outputs() {
        return outputs;
    }

    /** The sum of a row: each group of products together, floored, at most full scale, then added or subtracted. */
    public int sum(int output, long activations) {
        int end = NativeMemory.getInt(starts + (output + 1L) * Integer.BYTES);
        int sum = 0;
        int light = 0;
        for (int k = NativeMemory.getInt(starts + (long) output * Integer.BYTES); k < end; k++) {
            int entry = get(k);
            light += NativeMemory.getUnsignedByte(activations + (entry >>> INPUT_SHIFT)) * (entry & MAGNITUDE);
            if ((entry & LAST) != 0) {
                int sample = Math.min(FULL_SCALE, light >> PRODUCT_SHIFT);
                sum += (entry & NEGATIVE) != 0 ? -sample : sample;
                light = 0;
            }
        }
        return sum;
    }
}
