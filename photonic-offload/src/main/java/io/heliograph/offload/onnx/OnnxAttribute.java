package io.heliograph.offload.onnx;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A setting of a node: AttributeProto, of the types that the supported operators have.
 *
 * @param name of the setting
 * @param type as AttributeProto.AttributeType has them
 * @param number if it is a FLOAT
 * @param integer if it is an INT
 * @param text if it is a STRING
 * @param integers if it is INTS
 * @param numbers if it is FLOATS
 * @param tensor if it is a TENSOR
 */
public record OnnxAttribute(
        String name,
        int type,
        float number,
        long integer,
        String text,
        List<Long> integers,
        List<Float> numbers,
        @Nullable OnnxTensor tensor) {

    static final int FLOAT = 1;
    static final int INT = 2;
    static final int STRING = 3;
    static final int TENSOR = 4;
    static final int FLOATS = 6;
    static final int INTS = 7;

    /** Keeps its own lists. */
    public OnnxAttribute {
        integers = List.copyOf(integers);
        numbers = List.copyOf(numbers);
    }

    /** A float. */
    public static OnnxAttribute of(String name, float number) {
        return new OnnxAttribute(name, FLOAT, number, 0, "", List.of(), List.of(), null);
    }

    /** An integer. */
    public static OnnxAttribute of(String name, long integer) {
        return new OnnxAttribute(name, INT, 0, integer, "", List.of(), List.of(), null);
    }

    /** A text. */
    public static OnnxAttribute of(String name, String text) {
        return new OnnxAttribute(name, STRING, 0, 0, text, List.of(), List.of(), null);
    }

    /** Integers. */
    public static OnnxAttribute of(String name, List<Long> integers) {
        return new OnnxAttribute(name, INTS, 0, 0, "", integers, List.of(), null);
    }

    /** A tensor. */
    public static OnnxAttribute of(String name, OnnxTensor tensor) {
        return new OnnxAttribute(name, TENSOR, 0, 0, "", List.of(), List.of(), tensor);
    }
}
