package io.heliograph.offload.graph;

import io.heliograph.offload.model.Pooling;
import java.lang.foreign.Arena;
import java.util.Arrays;

/**
 * In which order a layer has its neurons, so that those under one window of a pooling operator come one behind the other, as the datapath's pool stage counts them.
 *
 * <p>A neuron under several windows is there once for each, one under none is left out. Windows that lie on padding in part are filled up: for a maximum with one of their own neurons again, for a mean with neurons without
 * weights, which add 0.
 */
final class PooledOrder {

    /** In place of an output: a neuron without weights. */
    static final int NOTHING = -1;

    private final int[] outputs;
    private final int[] divisors;
    private final int slots;
    private final boolean average;

    private PooledOrder(int[] outputs, int[] divisors, int slots, boolean average) {
        this.outputs = outputs;
        this.divisors = divisors;
        this.slots = slots;
        this.average = average;
    }

    /** Of a layer that does not pool: as they are. */
    static PooledOrder asTheyAre(int count) {
        int[] outputs = new int[count];
        Arrays.setAll(outputs, k -> k);
        return new PooledOrder(outputs, new int[0], 1, false);
    }

    /** Of a layer that keeps the largest under each position of a window. */
    static PooledOrder largest(Window window) {
        return of(window, false, false);
    }

    /** Of a layer that keeps the mean under each position of a window. */
    static PooledOrder mean(Window window, boolean countsPadding) {
        return of(window, true, countsPadding);
    }

    private static PooledOrder of(Window window, boolean average, boolean countsPadding) {
        int positions = window.positions();
        int[] members = new int[window.kernelHeight() * window.kernelWidth()];
        int slots = 1;
        for (int position = 0; position < positions; position++) {
            slots = Math.max(slots, under(window, position, 0, members));
        }
        int[] outputs = new int[Math.multiplyExact(Math.multiplyExact(window.channels(), positions), slots)];
        int[] divisors = new int[window.channels() * positions];
        Arrays.fill(outputs, NOTHING);
        for (int value = 0; value < divisors.length; value++) {
            int found = under(window, value % positions, value / positions, members);
            divisors[value] = countsPadding ? members.length : found;
            int first = value * slots;
            System.arraycopy(members, 0, outputs, first, found);
            if (!average && found > 0) {
                Arrays.fill(outputs, first + found, first + slots, members[0]);
            }
        }
        return new PooledOrder(outputs, divisors, slots, average);
    }

    /** Which values of a channel lie under the window at a position; returns how many. */
    private static int under(Window window, int position, int channel, int... members) {
        int found = 0;
        for (int ky = 0; ky < window.kernelHeight(); ky++) {
            int row = window.row(position / window.outWidth(), ky);
            for (int kx = 0; kx < window.kernelWidth(); kx++) {
                int column = window.column(position % window.outWidth(), kx);
                if (row >= 0 && column >= 0) {
                    members[found] = (channel * window.height() + row) * window.width() + column;
                    found++;
                }
            }
        }
        return found;
    }

    /** Whether a window lies on padding alone. */
    boolean hasEmptyWindow() {
        for (int first = 0; divisors.length > 0 && first < outputs.length; first += slots) {
            if (outputs[first] == NOTHING) {
                return true;
            }
        }
        return false;
    }

    /** Neurons. */
    int count() {
        return outputs.length;
    }

    /** Which output of the operator a neuron is, or {@link #NOTHING}. */
    int output(int neuron) {
        return outputs[neuron];
    }

    /**
     * What the layer does with the sums.
     *
     * @param rectifies whether ReLU comes before
     * @param arena owns divisors
     */
    Pooling pooling(boolean rectifies, Arena arena) {
        if (divisors.length == 0) {
            return Pooling.NONE;
        }
        return average ? Pooling.mean(slots, rectifies, arena, divisors) : Pooling.largest(slots, rectifies);
    }
}
