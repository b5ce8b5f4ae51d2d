package io.heliograph.offload.graph;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A graph taken as layers one behind the other, each a linear operator with what follows it: ReLU, or pooling, or both in either order. Says which operator it is that a graph cannot be taken so.
 */
final class LayerChain {

    /** The largest magnitude of a bias in the units of its sum: far beyond what 16 bits hold, far below what 32-bit floating point does. */
    private static final double LARGEST_BIAS = 0x1p64;

    /**
     * A layer.
     *
     * @param linear its products
     * @param weights of them
     * @param reluBefore whether ReLU comes before pooling, if there is any
     * @param pool pooling, or null
     * @param relu whether ReLU comes anywhere
     */
    record Link(
            Operator.Linear linear,
            QuantizedGraph.Weights weights,
            boolean reluBefore,
            @Nullable Operator pool,
            boolean relu) {

        /** The order of the neurons. */
        PooledOrder order() {
            return switch (pool) {
                case Operator.MaxPool of -> PooledOrder.largest(of.window());
                case Operator.AveragePool of -> PooledOrder.mean(of.window(), of.countsPadding());
                case null, default -> PooledOrder.asTheyAre(linear.outputs());
            };
        }

        Link withPool(Operator with) {
            return new Link(linear, weights, relu, with, relu);
        }

        Link withRelu() {
            return new Link(linear, weights, reluBefore, pool, true);
        }
    }

    private final QuantizedGraph quantized;
    private final List<Link> links = new ArrayList<>();
    private final @Nullable String obstacle;
    private double units;

    LayerChain(QuantizedGraph quantized) {
        this.quantized = quantized;
        units = quantized.quantization().inputUnits();
        obstacle = take();
    }

    /** Why it is none; empty if it is one. */
    Optional<String> obstacle() {
        return Optional.ofNullable(obstacle);
    }

    /** First to last. */
    List<Link> links() {
        return links;
    }

    private @Nullable String take() {
        List<Operator> operators = quantized.graph().operators();
        int end = operators.getLast() instanceof Operator.Softmax ? operators.size() - 1 : operators.size();
        for (int k = 1; k < end; k++) {
            Operator operator = operators.get(k);
            String why = switch (operator) {
                case Operator.Linear linear -> linear.source() == k - 1 ? add(k, linear) : branches();
                case Operator.Relu relu -> relu.source() == k - 1 ? addRelu() : branches();
                case Operator.MaxPool pool -> pool.source() == k - 1 ? addPool(pool) : branches();
                case Operator.AveragePool pool -> pool.source() == k - 1 ? addPool(pool) : branches();
                case Operator.Add _ -> branches();
                case Operator.Input _, Operator.Softmax _ -> "not at an end of the graph";
            };
            if (why != null) {
                return "'" + operator.name() + "': " + why;
            }
        }
        String name = "'" + operators.get(end - 1).name() + "': ";
        if (links.isEmpty()) {
            return name + "the datapath has at least one layer";
        }
        Link last = links.getLast();
        if (last.relu() && !(last.pool() != null && last.reluBefore())) {
            return name + "the datapath ends with a layer without ReLU";
        }
        if (end < operators.size()
                && operators.get(end) instanceof Operator.Softmax softmax
                && softmax.source() != end - 1) {
            return "'" + softmax.name() + "': " + branches();
        }
        if (quantized.quantization().sumBits() != 16) {
            return name + "the datapath's sums have 16 bits";
        }
        long weights = 0;
        for (Link link : links) {
            weights += (long) link.order().count() * link.linear().window().inputs();
            if (weights > GraphLowering.MOST_WEIGHTS) {
                return "'" + link.linear().name() + "': unrolled up to here it has " + weights + " weights, more than "
                        + GraphLowering.MOST_WEIGHTS;
            }
        }
        return null;
    }

    private static String branches() {
        return "the datapath has no branches";
    }

    private @Nullable String add(int at, Operator.Linear linear) {
        if (!links.isEmpty() && !links.getLast().relu()) {
            return "the datapath has ReLU behind every layer but the last";
        }
        QuantizedGraph.Weights of = quantized.weightsOf(at);
        units = GraphLowering.units(units, of);
        for (int channel = 0; channel < linear.biases().count(); channel++) {
            float bias = GraphLowering.bias(linear, channel, units);
            if (!(Math.abs(bias) <= LARGEST_BIAS)) {
                return "a bias is too large for the datapath: " + bias;
            }
        }
        links.add(new Link(linear, of, false, null, false));
        return null;
    }

    private @Nullable String addRelu() {
        if (links.isEmpty()) {
            return "the datapath has ReLU behind a layer only";
        }
        links.add(links.removeLast().withRelu());
        return null;
    }

    private @Nullable String addPool(Operator pool) {
        if (links.isEmpty()) {
            return "the datapath pools behind a layer only";
        }
        if (links.getLast().pool() != null) {
            return "the datapath pools once behind a layer";
        }
        Window window = switch (pool) {
            case Operator.MaxPool of -> of.window();
            case Operator.AveragePool of -> of.window();
            default -> throw new IllegalArgumentException("does not pool: operator=" + pool.name());
        };
        if ((double) pool.outputs() * window.kernelHeight() * window.kernelWidth() > GraphLowering.MOST_WEIGHTS) {
            return "its windows have more than " + GraphLowering.MOST_WEIGHTS + " neurons";
        }
        Link pooled = links.removeLast().withPool(pool);
        links.add(pooled);
        return pooled.order().hasEmptyWindow() ? "a window lies on padding alone" : null;
    }
}
