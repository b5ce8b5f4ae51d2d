package io.heliograph.offload.fast;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.Pooling;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * A dense layer as tiles of four vectors of outputs: within a tile the weights of an input to all of the tile's outputs lie together, so that the sums stay in registers while the inputs that are
 * not zero pass by.
 *
 * <p>Lanes have 16 bits: a product of two bytes fits without its sign, (a |q|) >> 8 is an unsigned shift of it, and sums wrap at 16 bits as the semantics have it (DATAPATH.md, "Arithmetic"). The sign
 * s is 0 or -1 and goes in behind the shift: (p ^ s) - s. The last tile is filled up with weights of zero.
 */
final class VectorLayer {

    static final VectorSpecies<Short> LANES = ShortVector.SPECIES_PREFERRED;

    /** Bits of an entry that are the activation; the others are its input. */
    static final int ACTIVATION_BITS = 8;

    private static final int MAX_ACTIVATION = (1 << ACTIVATION_BITS) - 1;
    private static final int MAX_INPUTS = 1 << Integer.SIZE - 1 - ACTIVATION_BITS;
    private static final int PRODUCT_SHIFT = 8;
    private static final int SIGN_SHIFT = Short.SIZE - 1;
    private static final int TILE_VECTORS = 4;
    private static final int TILE_LANES = TILE_VECTORS * LANES.length();
    private static final int VECTOR_BYTES = LANES.vectorByteSize();
    private static final long TILE_BYTES = (long) TILE_VECTORS * VECTOR_BYTES;
    private static final long ALIGNMENT = 64;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    /** All memory: addresses are offsets. */
    private static final MemorySegment ALL = NativeMemory.segment(0, Long.MAX_VALUE);

    private final int inputs;
    private final int outputs;
    private final boolean relu;
    private final Pooling pooling;
    private final int tiles;
    private final long weights;
    /** Of all outputs, or 0. */
    private final long biases;

    VectorLayer(DenseLayer layer, Arena arena) {
        if (layer.inputs() > MAX_INPUTS) {
            throw new IllegalArgumentException(
                    "layer is too wide: inputs=" + layer.inputs() + " greatest=" + MAX_INPUTS);
        }
        inputs = layer.inputs();
        outputs = layer.outputs();
        relu = layer.relu();
        pooling = layer.pooling();
        tiles = (outputs + TILE_LANES - 1) / TILE_LANES;
        weights = arena.allocate((long) tiles * TILE_BYTES * inputs, ALIGNMENT).address();
        for (int output = 0; output < outputs; output++) {
            long column = tile(output / TILE_LANES) + (long) output % TILE_LANES * Short.BYTES;
            for (int input = 0; input < inputs; input++) {
                NativeMemory.putShort(column + (long) input * TILE_BYTES, (short) layer.weight(output, input));
            }
        }
        biases = copyOfBiases(layer, arena);
    }

    /** The biases of a layer once more; 0 if it has none. */
    static long copyOfBiases(DenseLayer layer, Arena arena) {
        if (!layer.hasBiases()) {
            return 0;
        }
        long bytes = (long) layer.outputs() * Float.BYTES;
        long copy = arena.allocate(bytes, ALIGNMENT).address();
        NativeMemory.copy(layer.biases(), copy, bytes);
        return copy;
    }

    private long tile(int number) {
        return weights + (long) number * TILE_BYTES * inputs;
    }

    int inputs() {
        return inputs;
    }

    int outputs() {
        return outputs;
    }

    boolean relu() {
        return relu;
    }

    Pooling pooling() {
        return pooling;
    }

    /** Values that go on. */
    int values() {
        return outputs / pooling.window();
    }

    /** Address of a float for each output, or 0. */
    long biases() {
        return biases;
    }

    /**
     * Adds biases to sums.
     *
     * @param units of the sums for one without shifts
     * @return the largest sum, or 0 if none is above
     */
    static int addBiases(long biases, int outputs, double units, long sums) {
        int maximum = 0;
        for (int output = 0; output < outputs; output++) {
            long at = sums + (long) output * Short.BYTES;
            short sum =
                    (short) (NativeMemory.getShort(at) + DenseLayer.addend(DenseLayer.biasAt(biases, output), units));
            NativeMemory.putShort(at, sum);
            maximum = Math.max(maximum, sum);
        }
        return maximum;
    }

    /** Bytes that {@link #accumulate} writes: the sums of all outputs and of those that fill up the last tile, which are 0. */
    long sumBytes() {
        return (long) tiles * TILE_BYTES;
    }

    /** What {@link #accumulate} takes: an activation of 1 to 255 and the input that it is of. */
    static int entry(int input, int activation) {
        return input << ACTIVATION_BITS | activation;
    }

    /**
     * Adds up.
     *
     * @param entries of the activations that are not zero, 32 bits each
     * @param sums where to put the sums, {@link #sumBytes()}
     * @return the largest sum, or 0 if none is above
     */
    int accumulate(long entries, int count, long sums) {
        int maximum = 0;
        for (int tile = 0; tile < tiles; tile++) {
            maximum = Math.max(maximum, accumulate(tile(tile), entries, count, sums + (long) tile * TILE_BYTES));
        }
        return maximum;
    }

    /**
     * One tile. Written out four times on purpose: longer than the compiler inlines (325 bytes), so that it is compiled for itself. Where its graph grows too large in a caller's, it stops inlining in
     * the middle of the Vector API, and vectors live on the heap.
     */
    private static int accumulate(long tile, long entries, int count, long sums) {
        ShortVector sum0 = ShortVector.zero(LANES);
        ShortVector sum1 = sum0;
        ShortVector sum2 = sum0;
        ShortVector sum3 = sum0;
        for (int k = 0; k < count; k++) {
            int entry = NativeMemory.getInt(entries + (long) k * Integer.BYTES);
            ShortVector activation = ShortVector.broadcast(LANES, (short) (entry & MAX_ACTIVATION));
            long row = tile + (long) (entry >>> ACTIVATION_BITS) * TILE_BYTES;

            ShortVector weight0 = ShortVector.fromMemorySegment(LANES, ALL, row, ORDER);
            ShortVector sign0 = weight0.lanewise(VectorOperators.ASHR, SIGN_SHIFT);
            ShortVector product0 = activation.mul(weight0.abs()).lanewise(VectorOperators.LSHR, PRODUCT_SHIFT);
            sum0 = sum0.add(product0.lanewise(VectorOperators.XOR, sign0)).sub(sign0);

            ShortVector weight1 = ShortVector.fromMemorySegment(LANES, ALL, row + VECTOR_BYTES, ORDER);
            ShortVector sign1 = weight1.lanewise(VectorOperators.ASHR, SIGN_SHIFT);
            ShortVector product1 = activation.mul(weight1.abs()).lanewise(VectorOperators.LSHR, PRODUCT_SHIFT);
            sum1 = sum1.add(product1.lanewise(VectorOperators.XOR, sign1)).sub(sign1);

            ShortVector weight2 = ShortVector.fromMemorySegment(LANES, ALL, row + 2L * VECTOR_BYTES, ORDER);
            ShortVector sign2 = weight2.lanewise(VectorOperators.ASHR, SIGN_SHIFT);
            ShortVector product2 = activation.mul(weight2.abs()).lanewise(VectorOperators.LSHR, PRODUCT_SHIFT);
            sum2 = sum2.add(product2.lanewise(VectorOperators.XOR, sign2)).sub(sign2);

            ShortVector weight3 = ShortVector.fromMemorySegment(LANES, ALL, row + 3L * VECTOR_BYTES, ORDER);
            ShortVector sign3 = weight3.lanewise(VectorOperators.ASHR, SIGN_SHIFT);
            ShortVector product3 = activation.mul(weight3.abs()).lanewise(VectorOperators.LSHR, PRODUCT_SHIFT);
            sum3 = sum3.add(product3.lanewise(VectorOperators.XOR, sign3)).sub(sign3);
        }
        sum0.intoMemorySegment(ALL, sums, ORDER);
        sum1.intoMemorySegment(ALL, sums + VECTOR_BYTES, ORDER);
        sum2.intoMemorySegment(ALL, sums + 2L * VECTOR_BYTES, ORDER);
        sum3.intoMemorySegment(ALL, sums + 3L * VECTOR_BYTES, ORDER);
        return sum0.max(sum1).max(sum2.max(sum3)).reduceLanes(VectorOperators.MAX);
    }
}
