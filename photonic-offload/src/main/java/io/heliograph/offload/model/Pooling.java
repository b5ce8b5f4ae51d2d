package io.heliograph.offload.model;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;

/**
 * What a layer does with the sums of neurons that lie under one window: of each {@code window} neurons, one behind the other, it keeps the largest sum or the floor of their mean.
 *
 * <p>The neurons of a layer that pools stand in the order of their windows, so that nothing but a count says where a window ends (DATAPATH.md, "Pooling").
 *
 * @param average whether it is the mean; else the largest
 * @param window neurons under a window, at least 1
 * @param rectifies whether a sum below 0 counts as 0: ReLU before pooling
 * @param divisors address of what the sum of each window is divided by, 32 bits each, or 0 where that is {@code window} for all
 */
public record Pooling(boolean average, int window, boolean rectifies, long divisors) {

    /** A window for each neuron: nothing is pooled. */
    public static final Pooling NONE = new Pooling(false, 1, false, 0);

    /** Refuses what is no pooling. */
    public Pooling {
        if (window < 1 || divisors != 0 && !average) {
            throw new IllegalArgumentException(
                    "no such pooling: window=" + window + " average=" + average + " divisors=" + (divisors != 0));
        }
    }

    /** Keeps the largest of each window. */
    public static Pooling largest(int window, boolean rectifies) {
        return new Pooling(false, window, rectifies, 0);
    }

    /** Keeps the floor of each window's mean. */
    public static Pooling mean(int window, boolean rectifies) {
        return new Pooling(true, window, rectifies, 0);
    }

    /**
     * Keeps the floor of each window's sum divided by a number of its own: where windows lie on padding in part.
     *
     * @param arena owns the numbers
     * @param values one for each window, at least 1
     */
    public static Pooling mean(int window, boolean rectifies, Arena arena, int... values) {
        boolean differ = false;
        for (int value : values) {
            if (value < 1) {
                throw new IllegalArgumentException("a window is divided by at least 1: divisor=" + value);
            }
            differ |= value != window;
        }
        if (!differ) {
            return mean(window, rectifies);
        }
        long address = arena.allocate((long) values.length * Integer.BYTES, Integer.BYTES)
                .address();
        for (int k = 0; k < values.length; k++) {
            NativeMemory.putInt(address + (long) k * Integer.BYTES, values[k]);
        }
        return new Pooling(true, window, rectifies, address);
    }

    /** Whether there is anything to do. */
    public boolean pools() {
        return window > 1 || rectifies || divisors != 0;
    }

    /** What the sum of a window is divided by. */
    public int divisor(int value) {
        return divisors == 0 ? window : NativeMemory.getInt(divisors + (long) value * Integer.BYTES);
    }

    /**
     * Pools sums in their place: the first {@code values} of them are then those of the windows.
     *
     * @param sums address of the sums of all neurons, 16 bits each
     * @param values windows
     * @return the largest that is left, or 0 if none is above
     */
    public int apply(long sums, int values) {
        int maximum = 0;
        for (int value = 0; value < values; value++) {
            int pooled = pooled(sums + (long) value * window * Short.BYTES, value);
            NativeMemory.putShort(sums + (long) value * Short.BYTES, (short) pooled);
            maximum = Math.max(maximum, pooled);
        }
        return maximum;
    }

    private int pooled(long from, int value) {
        int least = rectifies ? 0 : Short.MIN_VALUE;
        int largest = least;
        long total = 0;
        for (int k = 0; k < window; k++) {
            int sum = Math.max(least, NativeMemory.getShort(from + (long) k * Short.BYTES));
            largest = Math.max(largest, sum);
            total += sum;
        }
        return average ? (int) Math.floorDiv(total, divisor(value)) : largest;
    }
}
