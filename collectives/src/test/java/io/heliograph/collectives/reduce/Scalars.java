package io.heliograph.collectives.reduce;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;

/** What reductions mean, element by element, written down a second time and plainly: the model that tests compare with. */
public final class Scalars {
    private static final int QUIET_HALF = 0x7e00;
    private static final int QUIET_BFLOAT = 0x7fc0;

    private Scalars() {}

    /** The bits of one element. */
    public static long get(DataType type, long address, long i) {
        long at = address + i * type.sizeBytes();
        return switch (type.sizeBytes()) {
            case 1 -> NativeMemory.getByte(at);
            case 2 -> NativeMemory.getShort(at);
            case 4 -> NativeMemory.getInt(at);
            default -> NativeMemory.getLong(at);
        };
    }

    /** Stores the bits of one element. */
    public static void put(DataType type, long address, long i, long bits) {
        long at = address + i * type.sizeBytes();
        switch (type.sizeBytes()) {
            case 1 -> NativeMemory.putByte(at, (byte) bits);
            case 2 -> NativeMemory.putShort(at, (short) bits);
            case 4 -> NativeMemory.putInt(at, (int) bits);
            default -> NativeMemory.putLong(at, bits);
        }
    }

    /** The bits of two combined. */
    public static long reduce(DataType type, ReduceOperation operation, long left, long right) {
        return switch (type) {
            case F32 ->
                Float.floatToRawIntBits(
                        floats(operation, Float.intBitsToFloat((int) left), Float.intBitsToFloat((int) right)));
            case F64 ->
                Double.doubleToRawLongBits(
                        doubles(operation, Double.longBitsToDouble(left), Double.longBitsToDouble(right)));
            case F16 ->
                half(floats(operation, Float.float16ToFloat((short) left), Float.float16ToFloat((short) right)));
            case BF16 -> bfloat(floats(operation, widen((short) left), widen((short) right)));
            case I8 -> (byte) longs(operation, left, right);
            case I32 -> (int) longs(operation, left, right);
            case I64 -> longs(operation, left, right);
        };
    }

    /** The bits of an average. */
    public static long divide(DataType type, long bits, int divisor) {
        return switch (type) {
            case F32 -> Float.floatToRawIntBits(Float.intBitsToFloat((int) bits) / divisor);
            case F64 -> Double.doubleToRawLongBits(Double.longBitsToDouble(bits) / divisor);
            case F16 -> half(Float.float16ToFloat((short) bits) / divisor);
            case BF16 -> bfloat(widen((short) bits) / divisor);
            default -> bits / divisor;
        };
    }

    /** Whether two results are the same: for NaN of 32 and 64 bits, any is. */
    public static boolean same(DataType type, long first, long second) {
        return switch (type) {
            case F32 ->
                first == second
                        || Float.isNaN(Float.intBitsToFloat((int) first))
                                && Float.isNaN(Float.intBitsToFloat((int) second));
            case F64 ->
                first == second
                        || Double.isNaN(Double.longBitsToDouble(first))
                                && Double.isNaN(Double.longBitsToDouble(second));
            default -> first == second;
        };
    }

    private static float widen(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    private static short half(float value) {
        return Float.isNaN(value) ? QUIET_HALF : Float.floatToFloat16(value);
    }

    /** The nearer of the two neighbours, by distance; the even one if both are as near. */
    private static short bfloat(float value) {
        if (Float.isNaN(value)) {
            return QUIET_BFLOAT;
        }
        int below = Float.floatToRawIntBits(value) >>> 16;
        if (Float.isInfinite(value) || widen((short) below) == value) {
            return (short) below;
        }
        int above = below + 1;
        double largest = 0x1.fep127;
        double up = Float.isInfinite(widen((short) above))
                ? Math.copySign(largest + (largest - 0x1.fcp127), value)
                : widen((short) above);
        double toBelow = Math.abs((double) value - widen((short) below));
        double toAbove = Math.abs(up - (double) value);
        if (toBelow == toAbove) {
            return (short) ((below & 1) == 0 ? below : above);
        }
        return (short) (toBelow < toAbove ? below : above);
    }

    private static float floats(ReduceOperation operation, float left, float right) {
        return switch (operation) {
            case SUM, AVERAGE -> left + right;
            case PRODUCT -> left * right;
            case MIN -> Math.min(left, right);
            case MAX -> Math.max(left, right);
        };
    }

    private static double doubles(ReduceOperation operation, double left, double right) {
        return switch (operation) {
            case SUM, AVERAGE -> left + right;
            case PRODUCT -> left * right;
            case MIN -> Math.min(left, right);
            case MAX -> Math.max(left, right);
        };
    }

    private static long longs(ReduceOperation operation, long left, long right) {
        return switch (operation) {
            case SUM, AVERAGE -> left + right;
            case PRODUCT -> left * right;
            case MIN -> Math.min(left, right);
            case MAX -> Math.max(left, right);
        };
    }
}
