package io.heliograph.bindings.memory;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import org.agrona.UnsafeApi;

/**
 * Raw access to off-heap memory by address, for the hot path: no bounds, no allocation, one machine instruction an access.
 *
 * <p>Addresses are absolute and in bytes. Nothing is checked: an address outside a live mapping ends the process, so the
 * caller has checked bounds once for a whole frame. Plain accesses need no alignment; {@code Opaque}, {@code Acquire},
 * {@code Release} and compare-and-set need natural alignment, else {@link IllegalArgumentException}. Accesses without a
 * byte order in their name use the machine's. Safe from any thread, with the memory order that the name says.
 *
 * <p>Plain accesses are Agrona's, which the compiler turns into one load or store; {@code sun.misc.Unsafe} is not used. The others go through one constant
 * segment that covers the whole address space, whose checks cost a nanosecond or less each: too much only for the hundred plain accesses of a packet.
 */
public final class NativeMemory {
    private static final MemorySegment ALL = everything();
    /** Whether the machine's order is not the network's. */
    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;

    private static final VarHandle ALIGNED_INT = ValueLayout.JAVA_INT.varHandle();
    private static final VarHandle ALIGNED_LONG = ValueLayout.JAVA_LONG.varHandle();

    private static final int FILLED_BY_WORDS = 64;

    private NativeMemory() {}

    @SuppressWarnings("restricted") // this class is the one place that trades bounds for speed
    private static MemorySegment everything() {
        return MemorySegment.NULL.reinterpret(Long.MAX_VALUE);
    }

    /** A bounded view of {@code lengthBytes} bytes at {@code address}, for the cold path; it lives as long as the process. */
    public static MemorySegment segment(long address, long lengthBytes) {
        return ALL.asSlice(address, lengthBytes);
    }

    public static byte getByte(long address) {
        return UnsafeApi.getByte(address);
    }

    public static void putByte(long address, byte value) {
        UnsafeApi.putByte(address, value);
    }

    public static short getShort(long address) {
        return UnsafeApi.getShortUnaligned(null, address);
    }

    public static void putShort(long address, short value) {
        UnsafeApi.putShortUnaligned(null, address, value);
    }

    public static int getInt(long address) {
        return UnsafeApi.getIntUnaligned(null, address);
    }

    public static void putInt(long address, int value) {
        UnsafeApi.putIntUnaligned(null, address, value);
    }

    public static long getLong(long address) {
        return UnsafeApi.getLongUnaligned(null, address);
    }

    public static void putLong(long address, long value) {
        UnsafeApi.putLongUnaligned(null, address, value);
    }

    public static short getShortBigEndian(long address) {
        return SWAP ? Short.reverseBytes(getShort(address)) : getShort(address);
    }

    public static void putShortBigEndian(long address, short value) {
        putShort(address, SWAP ? Short.reverseBytes(value) : value);
    }

    public static int getIntBigEndian(long address) {
        return SWAP ? Integer.reverseBytes(getInt(address)) : getInt(address);
    }

    public static void putIntBigEndian(long address, int value) {
        putInt(address, SWAP ? Integer.reverseBytes(value) : value);
    }

    public static long getLongBigEndian(long address) {
        return SWAP ? Long.reverseBytes(getLong(address)) : getLong(address);
    }

    public static void putLongBigEndian(long address, long value) {
        putLong(address, SWAP ? Long.reverseBytes(value) : value);
    }

    /** The unsigned value of the byte at {@code address}, 0 to 255. */
    public static int getUnsignedByte(long address) {
        return getByte(address) & 0xFF;
    }

    /** The unsigned value of the 16 bits at {@code address}, 0 to 65535. */
    public static int getUnsignedShort(long address) {
        return getShort(address) & 0xFFFF;
    }

    /** The unsigned value of the 16 big-endian bits at {@code address}, 0 to 65535. */
    public static int getUnsignedShortBigEndian(long address) {
        return getShortBigEndian(address) & 0xFFFF;
    }

    public static int getIntOpaque(long address) {
        return (int) ALIGNED_INT.getOpaque(ALL, address);
    }

    public static void putIntOpaque(long address, int value) {
        ALIGNED_INT.setOpaque(ALL, address, value);
    }

    public static int getIntAcquire(long address) {
        return (int) ALIGNED_INT.getAcquire(ALL, address);
    }

    public static void putIntRelease(long address, int value) {
        ALIGNED_INT.setRelease(ALL, address, value);
    }

    /** Sets {@code value} if {@code expected} is there, with the order of a volatile access; says whether it did. */
    public static boolean compareAndSetInt(long address, int expected, int value) {
        return ALIGNED_INT.compareAndSet(ALL, address, expected, value);
    }

    /** Adds {@code delta}, with the order of a volatile access; returns what was there before. */
    public static int getAndAddInt(long address, int delta) {
        return (int) ALIGNED_INT.getAndAdd(ALL, address, delta);
    }

    public static long getLongOpaque(long address) {
        return (long) ALIGNED_LONG.getOpaque(ALL, address);
    }

    public static void putLongOpaque(long address, long value) {
        ALIGNED_LONG.setOpaque(ALL, address, value);
    }

    public static long getLongAcquire(long address) {
        return (long) ALIGNED_LONG.getAcquire(ALL, address);
    }

    public static void putLongRelease(long address, long value) {
        ALIGNED_LONG.setRelease(ALL, address, value);
    }

    public static long getLongVolatile(long address) {
        return (long) ALIGNED_LONG.getVolatile(ALL, address);
    }

    public static void putLongVolatile(long address, long value) {
        ALIGNED_LONG.setVolatile(ALL, address, value);
    }

    /** Sets {@code value} if {@code expected} is there, with the order of a volatile access; says whether it did. */
    public static boolean compareAndSetLong(long address, long expected, long value) {
        return ALIGNED_LONG.compareAndSet(ALL, address, expected, value);
    }

    /** Adds {@code delta}, with the order of a volatile access; returns what was there before. */
    public static long getAndAddLong(long address, long delta) {
        return (long) ALIGNED_LONG.getAndAdd(ALL, address, delta);
    }

    /**
     * Copies {@code lengthBytes} bytes; the ranges may overlap, then as if through a buffer. From 8 to 32 bytes, the sizes of
     * headers, two or four words are moved that overlap in the middle: half the time of the general copy.
     */
    public static void copy(long fromAddress, long toAddress, long lengthBytes) {
        if (lengthBytes >= 8 && lengthBytes <= 16) {
            long first = getLong(fromAddress);
            long last = getLong(fromAddress + lengthBytes - 8);
            putLong(toAddress, first);
            putLong(toAddress + lengthBytes - 8, last);
        } else if (lengthBytes > 16 && lengthBytes <= 32) {
            long first = getLong(fromAddress);
            long second = getLong(fromAddress + 8);
            long third = getLong(fromAddress + lengthBytes - 16);
            long last = getLong(fromAddress + lengthBytes - 8);
            putLong(toAddress, first);
            putLong(toAddress + 8, second);
            putLong(toAddress + lengthBytes - 16, third);
            putLong(toAddress + lengthBytes - 8, last);
        } else {
            MemorySegment.copy(ALL, fromAddress, ALL, toAddress, lengthBytes);
        }
    }

    /**
     * Sets {@code lengthBytes} bytes to {@code value}: the first 64 by words, the rest by copies of what is there, each twice as long as
     * the one before. The JDK's own fill allocates a slice unless that is optimised away.
     */
    public static void fill(long address, long lengthBytes, byte value) {
        long end = address + Math.min(lengthBytes, FILLED_BY_WORDS);
        if (lengthBytes < Long.BYTES) {
            for (long next = address; next < end; next++) {
                putByte(next, value);
            }
            return;
        }
        long word = (value & 0xFFL) * 0x0101_0101_0101_0101L;
        for (long next = address; next <= end - Long.BYTES; next += Long.BYTES) {
            putLong(next, word);
        }
        putLong(end - Long.BYTES, word);
        long done = FILLED_BY_WORDS;
        while (done < lengthBytes) {
            long more = Math.min(done, lengthBytes - done);
            copy(address, address + done, more);
            done += more;
        }
    }
}
