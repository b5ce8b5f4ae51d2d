package io.heliograph.offload.graph;

import io.heliograph.offload.model.FloatLayer;

/** A step of a graph. It takes the values of earlier ones, named by their place in the graph, and gives a vector of its own. */
public sealed interface Operator {

    /** Of the node that it was read from. */
    String name();

    /** Values that it gives. */
    int outputs();

    /** The query. */
    record Input(String name, int outputs) implements Operator {}

    /**
     * A convolution, or a dense layer, which is the convolution of one position. Output channel by output channel, position by position.
     *
     * @param source whose values it takes
     * @param groups of channels that see only each other
     * @param weights a row per output channel: input channel of the group by input channel, row by row of the window (im2col order)
     */
    record Linear(String name, int source, Window window, int groups, FloatLayer weights, Biases biases)
            implements Operator {
        /** Refuses weights that do not belong to the window. */
        public Linear {
            int rowLength = window.channels() / groups * window.kernelHeight() * window.kernelWidth();
            if (window.channels() % groups != 0
                    || weights.outputs() % groups != 0
                    || weights.inputs() != rowLength
                    || biases.count() != weights.outputs()) {
                throw new IllegalArgumentException("weights do not fit: channels=" + window.channels() + " groups="
                        + groups + " kernel=" + window.kernelHeight() + "x" + window.kernelWidth() + " weights="
                        + weights.outputs() + "x" + weights.inputs() + " biases=" + biases.count());
            }
        }

        @Override
        public int outputs() {
            return Math.multiplyExact(weights.outputs(), window.positions());
        }
    }

    /** 0 for what is below 0. */
    record Relu(String name, int source, int outputs) implements Operator {}

    /** The largest value under the window, channel by channel. */
    record MaxPool(String name, int source, Window window) implements Operator {
        @Override
        public int outputs() {
            return Math.multiplyExact(window.channels(), window.positions());
        }
    }

    /**
     * The mean of the values under the window, channel by channel.
     *
     * @param countsPadding whether what lies on the padding is counted, as 0
     */
    record AveragePool(String name, int source, Window window, boolean countsPadding) implements Operator {
        @Override
        public int outputs() {
            return Math.multiplyExact(window.channels(), window.positions());
        }
    }

    /** Two vectors, value by value. */
    record Add(String name, int left, int right, int outputs) implements Operator {}

    /** Probabilities; the last operator if there is one. */
    record Softmax(String name, int source, int outputs) implements Operator {}
}
