package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * Where a chunk lies that is lent, in the second half of the {@link Header} of its slot; native byte order.
 *
 * <pre>
 * 32  address (64)   in the sender's process
 * 40  key (32)       of the region there
 * 44  bytes (32)
 * </pre>
 */
final class Descriptor {
    private static final int ADDRESS = 32;
    private static final int KEY = 40;
    private static final int LENGTH = 44;

    private Descriptor() {}

    static void write(long header, long address, int key, int lengthBytes) {
        NativeMemory.putLong(header + ADDRESS, address);
        NativeMemory.putInt(header + KEY, key);
        NativeMemory.putInt(header + LENGTH, lengthBytes);
    }

    static long address(long header) {
        return NativeMemory.getLong(header + ADDRESS);
    }

    static int key(long header) {
        return NativeMemory.getInt(header + KEY);
    }

    static int lengthBytes(long header) {
        return NativeMemory.getInt(header + LENGTH);
    }
}
