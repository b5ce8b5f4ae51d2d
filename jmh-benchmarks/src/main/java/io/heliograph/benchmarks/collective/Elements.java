package io.heliograph.benchmarks.collective;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.collectives.DataType;

/** Small whole numbers as elements of any type, all of which hold them exactly. */
final class Elements {
    private Elements() {}

    static void put(DataType type, long address, long i, int value) {
        long at = address + i * type.sizeBytes();
        switch (type) {
            case F32 -> NativeMemory.putInt(at, Float.floatToRawIntBits(value));
            case F64 -> NativeMemory.putLong(at, Double.doubleToRawLongBits(value));
            case F16 -> NativeMemory.putShort(at, Float.floatToFloat16(value));
            case BF16 -> NativeMemory.putShort(at, (short) (Float.floatToRawIntBits(value) >>> Short.SIZE));
            case I8 -> NativeMemory.putByte(at, (byte) value);
            case I32 -> NativeMemory.putInt(at, value);
            case I64 -> NativeMemory.putLong(at, value);
        }
    }

    static double get(DataType type, long address, long i) {
        long at = address + i * type.sizeBytes();
        return switch (type) {
            case F32 -> Float.intBitsToFloat(NativeMemory.getInt(at));
            case F64 -> Double.longBitsToDouble(NativeMemory.getLong(at));
            case F16 -> Float.float16ToFloat(NativeMemory.getShort(at));
            case BF16 -> Float.intBitsToFloat(NativeMemory.getShort(at) << Short.SIZE);
            case I8 -> NativeMemory.getByte(at);
            case I32 -> NativeMemory.getInt(at);
            case I64 -> NativeMemory.getLong(at);
        };
    }
}
