package io.heliograph.offload.fast;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.model.DenseLayer;
import io.heliograph.offload.model.GroupedRows;
import io.heliograph.offload.model.Grouping;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * A dense layer on several wavelengths, as tiles of two vectors of outputs: inputs pass by in their order, and each output has the light of its open group of either sign in a lane (DATAPATH.md, "Wavelengths").
 *
 * <p>A word holds for an input and an output the weight's magnitude, its sign, and whether the input is the last of its group. Light is added with saturation at 65,535, so that its upper byte is what the converter gives: the
 * sum / 256, floor, at most 255. At the last of a group it goes into the output's sum by the group's sign, and the lane is dark again. Every input passes, for one that is zero may still be the last of a group.
 *
 * <p>Where hardly a weight is not zero, those alone are computed, one after the other.
 */
final class GroupedLayer {

    private static final VectorSpecies<Short> LANES = VectorLayer.LANES;
    private static final int TILE_VECTORS = 2;
    private static final int TILE_LANES = TILE_VECTORS * LANES.length();
    private static final int VECTOR_BYTES = LANES.vectorByteSize();
    private static final long TILE_BYTES = (long) TILE_VECTORS * VECTOR_BYTES;
    private static final long ALIGNMENT = 64;
    private static final ByteOrder ORDER = ByteOrder.nativeOrder();
    private static final MemorySegment ALL = NativeMemory.segment(0, Long.MAX_VALUE);

    private static final int NEGATIVE = 1 << 15;
    private static final int CLOSES = 1 << 14;
    private static final short MAGNITUDE = 0xFF;
    private static final int PRODUCT_SHIFT = 8;
    private static final int TOP = Short.SIZE - 1;

    /** A weight of so many is not zero, or fewer: then vectors take longer than one weight after the other. */
    private static final int SPARSE = 12;

    private final DenseLayer layer;
    private final long biases;
    private final int tiles;
    private final long words;
    private final @Nullable GroupedRows rows;

    GroupedLayer(DenseLayer layer, int wavelengths, Arena arena) {
        this.layer = layer;
        biases = VectorLayer.copyOfBiases(layer, arena);
        tiles = (layer.outputs() + TILE_LANES - 1) / TILE_LANES;
        if (isSparse(layer)) {
            rows = new GroupedRows(layer, wavelengths, arena);
            words = 0;
            return;
        }
        rows = null;
        words = arena.allocate((long) tiles * TILE_BYTES * layer.inputs(), ALIGNMENT)
                .address();
        int[] members = new int[Grouping.groups(layer.inputs(), wavelengths) * wavelengths];
        for (int output = 0; output < layer.outputs(); output++) {
            long column = tile(output / TILE_LANES) + (long) output % TILE_LANES * Short.BYTES;
            Grouping.arrange(layer, output, wavelengths, members);
            for (int group = 0; group < members.length; group += wavelengths) {
                for (int member = group; member < group + wavelengths && members[member] != Grouping.NONE; member++) {
                    boolean last = member + 1 == group + wavelengths || members[member + 1] == Grouping.NONE;
                    int weight = layer.weight(output, members[member]);
                    int word = Math.abs(weight) | (weight < 0 ? NEGATIVE : 0) | (last ? CLOSES : 0);
                    NativeMemory.putShort(column + members[member] * TILE_BYTES, (short) word);
                }
            }
        }
    }

    private static boolean isSparse(DenseLayer layer) {
        long weights = (long) layer.inputs() * layer.outputs();
        long nonzero = 0;
        for (int output = 0; output < layer.outputs(); output++) {
            for (int input = 0; input < layer.inputs(); input++) {
                nonzero += layer.weight(output, input) == 0 ? 0 : 1;
            }
        }
        return nonzero * SPARSE <= weights;
    }

    private long tile(int number) {
        return words + number * TILE_BYTES * layer.inputs();
    }

    /** What it is made of; its weights may be gone. */
    DenseLayer layer() {
        return layer;
    }

    /** Address of its biases, or 0. */
    long biases() {
        return biases;
    }

    /** Bytes that {@link #accumulate} writes: the sums of all outputs and of those that fill up the last tile, which are 0. */
    long sumBytes() {
        return tiles * TILE_BYTES;
    }

    /**
     * Adds up.
     *
     * @param activations a byte each
     * @param sums where to put the sums, {@link #sumBytes()}
     * @return the largest sum, or 0 if none is above
     */
    int accumulate(long activations, long sums) {
        int maximum = 0;
        if (rows != null) {
            for (int output = 0; output < rows.outputs(); output++) {
                short sum = (short) rows.sum(output, activations);
                NativeMemory.putShort(sums + (long) output * Short.BYTES, sum);
                maximum = Math.max(maximum, sum);
            }
            return maximum;
        }
        for (int tile = 0; tile < tiles; tile++) {
            maximum = Math.max(maximum, accumulate(tile(tile), layer.inputs(), activations, sums + tile * TILE_BYTES));
        }
        return maximum;
    }

    /** One tile. Written out twice on purpose, as in {@link VectorLayer}: long enough to be compiled for itself. */
    private static int accumulate(long tile, int inputs, long activations, long sums) {
        ShortVector sum0 = ShortVector.zero(LANES);
        ShortVector sum1 = sum0;
        ShortVector plus0 = sum0;
        ShortVector plus1 = sum0;
        ShortVector minus0 = sum0;
        ShortVector minus1 = sum0;
        for (int k = 0; k < inputs; k++) {
            ShortVector activation =
                    ShortVector.broadcast(LANES, (short) NativeMemory.getUnsignedByte(activations + k));
            long row = tile + k * TILE_BYTES;

            ShortVector word0 = ShortVector.fromMemorySegment(LANES, ALL, row, ORDER);
            ShortVector negative0 = word0.lanewise(VectorOperators.ASHR, TOP);
            ShortVector closes0 = word0.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.ASHR, TOP);
            ShortVector product0 = activation.mul(word0.lanewise(VectorOperators.AND, MAGNITUDE));
            ShortVector below0 = product0.lanewise(VectorOperators.AND, negative0);
            plus0 = plus0.lanewise(VectorOperators.SUADD, product0.lanewise(VectorOperators.XOR, below0));
            minus0 = minus0.lanewise(VectorOperators.SUADD, below0);
            ShortVector down0 = closes0.lanewise(VectorOperators.AND, negative0);
            ShortVector up0 = closes0.lanewise(VectorOperators.XOR, down0).lanewise(VectorOperators.AND, plus0);
            down0 = down0.lanewise(VectorOperators.AND, minus0);
            plus0 = plus0.lanewise(VectorOperators.XOR, up0);
            minus0 = minus0.lanewise(VectorOperators.XOR, down0);
            sum0 = sum0.add(up0.lanewise(VectorOperators.LSHR, PRODUCT_SHIFT))
                    .sub(down0.lanewise(VectorOperators.LSHR, PRODUCT_SHIFT));

            ShortVector word1 = ShortVector.fromMemorySegment(LANES, ALL, row + VECTOR_BYTES, ORDER);
            ShortVector negative1 = word1.lanewise(VectorOperators.ASHR, TOP);
            ShortVector closes1 = word1.lanewise(VectorOperators.LSHL, 1).lanewise(VectorOperators.ASHR, TOP);
            ShortVector product1 = activation.mul(word1.lanewise(VectorOperators.AND, MAGNITUDE));
            ShortVector below1 = product1.lanewise(VectorOperators.AND, negative1);
            plus1 = plus1.lanewise(VectorOperators.SUADD, product1.lanewise(VectorOperators.XOR, below1));
            minus1 = minus1.lanewise(VectorOperators.SUADD, below1);
            ShortVector down1 = closes1.lanewise(VectorOperators.AND, negative1);
            ShortVector up1 = closes1.lanewise(VectorOperators.XOR, down1).lanewise(VectorOperators.AND, plus1);
            down1 = down1.lanewise(VectorOperators.AND, minus1);
            plus1 = plus1.lanewise(VectorOperators.XOR, up1);
            minus1 = minus1.lanewise(VectorOperators.XOR, down1);
            sum1 = sum1.add(up1.lanewise(VectorOperators.LSHR, PRODUCT_SHIFT))
                    .sub(down1.lanewise(VectorOperators.LSHR, PRODUCT_SHIFT));
        }
        sum0.intoMemorySegment(ALL, sums, ORDER);
        sum1.intoMemorySegment(ALL, sums + VECTOR_BYTES, ORDER);
        return sum0.max(sum1).reduceLanes(VectorOperators.MAX);
    }
}
