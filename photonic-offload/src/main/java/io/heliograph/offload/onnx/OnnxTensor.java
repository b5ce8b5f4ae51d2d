package io.heliograph.offload.onnx;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * A constant of a model: TensorProto.
 *
 * @param type as TensorProto.DataType has them: {@link #FLOAT} or {@link #INT64}
 * @param dims sizes, outermost first; none for a scalar
 * @param data little-endian, in row-major order
 */
public record OnnxTensor(String name, int type, List<Long> dims, MemorySegment data) {

    /** 32 bits. */
    public static final int FLOAT = 1;

    /** 64 bits. */
    public static final int INT64 = 7;

    static final ValueLayout.OfFloat FLOAT_LAYOUT = ValueLayout.JAVA_FLOAT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
    static final ValueLayout.OfLong INT64_LAYOUT = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

    /** Refuses data of another size. */
    public OnnxTensor {
        dims = List.copyOf(dims);
        long count = 1;
        for (long dim : dims) {
            if (dim < 0) {
                throw new IllegalArgumentException("a size is negative: tensor=" + name + " dims=" + dims);
            }
            count = Math.multiplyExact(count, dim);
        }
        long width = type == FLOAT ? Float.BYTES : type == INT64 ? Long.BYTES : 0;
        if (width == 0) {
            throw new IllegalArgumentException(
                    "a type that is not supported: tensor=" + name + " type=" + type + ", not FLOAT (1) or INT64 (7)");
        }
        if (data.byteSize() != count * width) {
            throw new IllegalArgumentException("data do not fit: tensor=" + name + " dims=" + dims + " bytes="
                    + data.byteSize() + " expected=" + count * width);
        }
    }

    /** A tensor of floats. */
    public static OnnxTensor floats(String name, List<Long> dims, float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return new OnnxTensor(name, FLOAT, dims, MemorySegment.ofArray(bytes.array()));
    }

    /** A vector of integers. */
    public static OnnxTensor int64(String name, long... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (long value : values) {
            bytes.putLong(value);
        }
        return new OnnxTensor(name, INT64, List.of((long) values.length), MemorySegment.ofArray(bytes.array()));
    }

    /** Values. */
    public int count() {
        return Math.toIntExact(data.byteSize() / (type == FLOAT ? Float.BYTES : Long.BYTES));
    }

    /** A value of a tensor of floats. */
    public float floatAt(long index) {
        return data.get(FLOAT_LAYOUT, index * Float.BYTES);
    }

    /** A value of a tensor of integers. */
    public long int64At(long index) {
        return data.get(INT64_LAYOUT, index * Long.BYTES);
    }
}
