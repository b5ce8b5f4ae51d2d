package io.heliograph.offload.graph;

import java.util.Arrays;

/** A graph in float, plainly: the reference that other runtimes and the integers are held against. One thread at a time. */
public final class FloatInference {

    private final LayerGraph graph;
    private final float[][] values;

    /** Prepares. */
    public FloatInference(LayerGraph graph) {
        this.graph = graph;
        values = new float[graph.operators().size()][];
        for (int k = 0; k < values.length; k++) {
            values[k] = new float[graph.operators().get(k).outputs()];
        }
    }

    /**
     * Runs one query.
     *
     * @return the values of the last operator, until the next query
     */
    public float[] run(float[] input) {
        if (input.length != graph.inputs()) {
            throw new IllegalArgumentException(
                    "a query of another size: values=" + input.length + " inputs=" + graph.inputs());
        }
        for (int k = 0; k < values.length; k++) {
            float[] to = values[k];
            switch (graph.operators().get(k)) {
                case Operator.Input _ -> System.arraycopy(input, 0, to, 0, to.length);
                case Operator.Linear linear -> multiply(linear, values[linear.source()], to);
                case Operator.Relu relu -> {
                    for (int v = 0; v < to.length; v++) {
                        to[v] = Math.max(0, values[relu.source()][v]);
                    }
                }
                case Operator.MaxPool pool -> maximum(pool.window(), values[pool.source()], to);
                case Operator.AveragePool pool -> average(pool, values[pool.source()], to);
                case Operator.Add add -> {
                    for (int v = 0; v < to.length; v++) {
                        to[v] = values[add.left()][v] + values[add.right()][v];
                    }
                }
                case Operator.Softmax softmax -> softmax(values[softmax.source()], to);
            }
        }
        return values[values.length - 1];
    }

    private static void multiply(Operator.Linear linear, float[] from, float[] to) {
        Window window = linear.window();
        int outChannels = linear.weights().outputs();
        int groupChannels = window.channels() / linear.groups();
        int next = 0;
        for (int channel = 0; channel < outChannels; channel++) {
            int firstChannel = channel / (outChannels / linear.groups()) * groupChannels;
            for (int y = 0; y < window.outHeight(); y++) {
                for (int x = 0; x < window.outWidth(); x++) {
                    double sum = linear.biases().get(channel);
                    int weight = 0;
                    for (int c = 0; c < groupChannels; c++) {
                        for (int ky = 0; ky < window.kernelHeight(); ky++) {
                            for (int kx = 0; kx < window.kernelWidth(); kx++, weight++) {
                                int row = window.row(y, ky);
                                int column = window.column(x, kx);
                                if (row >= 0 && column >= 0) {
                                    int at = ((firstChannel + c) * window.height() + row) * window.width() + column;
                                    sum += (double) linear.weights().weight(channel, weight) * from[at];
                                }
                            }
                        }
                    }
                    to[next++] = (float) sum;
                }
            }
        }
    }

    private static void maximum(Window window, float[] from, float[] to) {
        Arrays.fill(to, Float.NEGATIVE_INFINITY);
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

    private static void average(Operator.AveragePool pool, float[] from, float[] to) {
        Window window = pool.window();
        int next = 0;
        for (int channel = 0; channel < window.channels(); channel++) {
            for (int y = 0; y < window.outHeight(); y++) {
                for (int x = 0; x < window.outWidth(); x++) {
                    double sum = 0;
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
                    to[next++] = (float) (sum / of);
                }
            }
        }
    }

    private static void softmax(float[] from, float[] to) {
        double maximum = Double.NEGATIVE_INFINITY;
        for (float value : from) {
            maximum = Math.max(maximum, value);
        }
        double total = 0;
        for (float value : from) {
            total += StrictMath.exp(value - maximum);
        }
        for (int k = 0; k < to.length; k++) {
            to[k] = (float) (StrictMath.exp(from[k] - maximum) / total);
        }
    }
}
