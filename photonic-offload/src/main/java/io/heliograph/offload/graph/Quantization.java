package io.heliograph.offload.graph;

/**
 * How a graph becomes integers.
 *
 * @param perLayer a scale of its own for each linear operator, 255 / largest |w| of it; else LIGHTNING's one scale, 255 / max(1, largest |w| of all)
 * @param inputUnits what byte a query has for a value of 1; only biases and {@code Add} ask
 * @param sumBits of a sum: 16 as LIGHTNING's adder has them, which wrap, or 32
 */
public record Quantization(boolean perLayer, double inputUnits, int sumBits) {

    /** LIGHTNING's scheme, for queries of bytes that stand for 0 to 1. */
    public static final Quantization LIGHTNING = new Quantization(false, 255, 16);

    /** Refuses what is no scheme. */
    public Quantization {
        if (!(inputUnits > 0 && inputUnits < Double.POSITIVE_INFINITY) || sumBits != 16 && sumBits != 32) {
            throw new IllegalArgumentException("no quantisation: inputUnits=" + inputUnits + " sumBits=" + sumBits);
        }
    }

    /** The same with scales per layer. */
    public Quantization withScalePerLayer() {
        return new Quantization(true, inputUnits, sumBits);
    }

    /** The same with sums of 32 bits. */
    public Quantization withWideSums() {
        return new Quantization(perLayer, inputUnits, 32);
    }
}
