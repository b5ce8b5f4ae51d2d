package io.heliograph.offload.graph;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.Normalization;
import java.util.Arrays;
import java.util.List;

/**
 * A quantised graph's integer semantics computed straight (MODELS.md, "Integer semantics of graphs").
 *
 * <p>Light multiplies: a product is (|a| |q|) >> 8, floor, its sign that of both; everything else is digital. What enters the light is first shifted by one power of two
 * so that the top set bit of the largest magnitude is bit 7, but for the query's bytes, which enter as they are. For a chain of dense layers with ReLU between it gives what {@link
 * io.heliograph.offload.model.IntegerInference} gives.
 *
 * <p>One thread at a time; allocates nothing once made.
 */
public final class GraphInference {

    private static final int PRODUCT_SHIFT = 8;
    private static final int RATIO_SHIFT = 16;

    private final QuantizedGraph quantized;
    private final Operator[] operators;
    private final int[][] values;
    private final double[] units;
    private final int[] light;
    private final int answer;
    private long wrapped;

    /** Prepares. */
    public GraphInference(QuantizedGraph quantized) {
        this.quantized = quantized;
        List<Operator> all = quantized.graph().operators();
        operators = all.toArray(Operator[]::new);
        values = new int[operators.length][];
        units = new double[operators.length];
        int widest = 0;
        for (int k = 0; k < operators.length; k++) {
            values[k] = new int[operators[k].outputs()];
            widest = Math.max(widest, values[k].length);
        }
        light = new int[widest];
        answer = operators[operators.length - 1] instanceof Operator.Softmax softmax
                ? softmax.source()
                : operators.length - 1;
    }

    /**
     * Runs one query.
     *
     * @param input as many bytes as the graph has inputs
     * @return the class: the largest sum, ties to the lower index
     */
    public int infer(long input) {
        wrapped = 0;
        for (int k = 0; k < operators.length; k++) {
            int[] to = values[k];
            switch (operators[k]) {
                case Operator.Input _ -> {
                    units[k] = quantized.quantization().inputUnits();
                    for (int v = 0; v < to.length; v++) {
                        to[v] = NativeMemory.getUnsignedByte(input + v);
                    }
                }
                case Operator.Linear linear -> multiply(k, linear, to);
                case Operator.Relu relu -> {
                    units[k] = units[relu.source()];
                    int[] from = values[relu.source()];
                    for (int v = 0; v < to.length; v++) {
                        to[v] = Math.max(0, from[v]);
                    }
                }
                case Operator.MaxPool pool -> {
                    units[k] = units[pool.source()];
                    maximum(pool.window(), values[pool.source()], to);
                }
                case Operator.AveragePool pool -> {
                    units[k] = units[pool.source()];
                    average(pool, values[pool.source()], to);
                }
                case Operator.Add add -> add(k, add, to);
                case Operator.Softmax softmax -> {
                    units[k] = units[softmax.source()];
                    System.arraycopy(values[softmax.source()], 0, to, 0, to.length);
                }
            }
        }
        int best = 0;
        for (int k = 1; k < values[answer].length; k++) {
            best = values[answer][k] > values[answer][best] ? k : best;
        }
        return best;
    }

    /** The sum of one output of the last query, before any softmax. */
    public int sum(int output) {
        return values[answer][output];
    }

    /** Integers of the last query's sums for a value of 1. */
    public double units() {
        return units[answer];
    }

    /** Sums of the last query that did not fit into their bits, and wrapped. */
    public long wrapped() {
        return wrapped;
    }

    private void multiply(int at, Operator.Linear linear, int[] to) {
        Window window = linear.window();
        QuantizedGraph.Weights weights = quantized.weightsOf(at);
        DenseLayer layer = weights.layer();
        int shift = enter(linear.source());
        double inUnits = StrictMath.scalb(units[linear.source()], -shift);
        units[at] = inUnits * weights.scale() / (1 << PRODUCT_SHIFT);
        int groupChannels = window.channels() / linear.groups();
        int perGroup = layer.outputs() / linear.groups();
        int next = 0;
        for (int channel = 0; channel < layer.outputs(); channel++) {
            long row = layer.address() + (long) channel * layer.inputs() * Short.BYTES;
            int firstChannel = channel / perGroup * groupChannels;
            int bias = DenseLayer.addend((float) (linear.biases().get(channel) * units[at]), 1);
            for (int y = 0; y < window.outHeight(); y++) {
                for (int x = 0; x < window.outWidth(); x++) {
                    to[next++] = fit((long) bias + dot(window, row, firstChannel, groupChannels, y, x));
                }
            }
        }
    }

    /** Shifts what is to be multiplied to 8 bits of magnitude; returns how far to the right. */
    private int enter(int source) {
        int[] from = values[source];
        if (source == 0) {
            System.arraycopy(from, 0, light, 0, from.length);
            return 0;
        }
        int largest = 0;
        for (int value : from) {
            largest = Math.max(largest, Math.abs(value));
        }
        int shift = Normalization.shiftFor(largest);
        for (int k = 0; k < from.length; k++) {
            int magnitude = Normalization.apply(Math.abs(from[k]), shift);
            light[k] = from[k] < 0 ? -magnitude : magnitude;
        }
        return shift;
    }

    private int dot(Window window, long row, int firstChannel, int channels, int y, int x) {
        int sum = 0;
        long weight = row;
        for (int c = 0; c < channels; c++) {
            int plane = (firstChannel + c) * window.height();
            for (int ky = 0; ky < window.kernelHeight(); ky++) {
                int line = window.row(y, ky);
                for (int kx = 0; kx < window.kernelWidth(); kx++, weight += Short.BYTES) {
                    int column = window.column(x, kx);
                    if (line >= 0 && column >= 0) {
                        int a = light[(plane + line) * window.width() + column];
                        int q = NativeMemory.getShort(weight);
                        int product = Math.abs(a * q) >> PRODUCT_SHIFT;
                        sum += (a ^ q) < 0 ? -product : product;
                    }
                }
            }
        }
        return sum;
    }

    private int fit(long sum) {
        int kept = quantized.quantization().sumBits() == 16 ? (short) sum : (int) sum;
        wrapped += kept == sum ? 0 : 1;
        return kept;
    }

    private static void maximum(Window window, int[] from, int[] to) {
        Arrays.fill(to, Integer.MIN_VALUE);
        int next = 0;
        for (int channel = 0; channel < window.channels(); channel++) {
            for (int y = 0; y < window.outHeight(); y++) {
                for (int x = 0; x < window.outWidth(); x++, next++) {
                    for (int ky = 0; ky < window.kernelHeight(); ky++) {
                        for (int kx = 0; kx < window.kernelWidth(); kx++) {
                            int row = window.row(y, ky);
                            int column = window.column(x, kx);
                            if (row >= 0 && column >= 0) {
                                int at = (channel * window.height() + row) * window.width() + column;
                                to[next] = Math.max(to[next], from[at]);
                            }
                        }
                    }
                }
            }
        }
    }

    /** The floor of the mean. */
    private static void average(Operator.AveragePool pool, int[] from, int[] to) {
        Window window = pool.window();
        int next = 0;
        for (int channel = 0; channel < window.channels(); channel++) {
            for (int y = 0; y < window.outHeight(); y++) {
                for (int x = 0; x < window.outWidth(); x++) {
                    long sum = 0;
                    int count = 0;
                    for (int ky = 0; ky < window.kernelHeight(); ky++) {
                        for (int kx = 0; kx < window.kernelWidth(); kx++) {
                            int row = window.row(y, ky);
                            int column = window.column(x, kx);
                            if (row >= 0 && column >= 0) {
                                sum += from[(channel * window.height() + row) * window.width() + column];
                                count++;
                            }
                        }
                    }
                    int of = pool.countsPadding() ? window.kernelHeight() * window.kernelWidth() : count;
                    to[next++] = (int) Math.floorDiv(sum, of);
                }
            }
        }
    }

    /** The finer of both is brought to the units of the coarser one, by a multiplier of 16 bits. */
    private void add(int at, Operator.Add add, int[] to) {
        double left = units[add.left()];
        double right = units[add.right()];
        units[at] = Math.min(left, right);
        long leftRatio = (long) Math.rint(StrictMath.scalb(units[at] / left, RATIO_SHIFT));
        long rightRatio = (long) Math.rint(StrictMath.scalb(units[at] / right, RATIO_SHIFT));
        for (int v = 0; v < to.length; v++) {
            to[v] = fit((values[add.left()][v] * leftRatio >> RATIO_SHIFT)
                    + (values[add.right()][v] * rightRatio >> RATIO_SHIFT));
        }
    }
}
