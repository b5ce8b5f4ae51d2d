package io.heliograph.transport.port;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * The page in front of the {@link LinkLayout} in a {@link SharedMemoryPort}'s memory.
 *
 * <pre>
 *    0  magic (64)          "HELIOSHM", stored last, with release
 *    8  version (32)
 *   12  MTU in bytes (32)
 *   16  frames in the pool of each side (32)
 *   20  entries of a frames ring (32)
 *  128  state of side 0 (32): 0 never there, 1 attached, 2 detached; written by side 0
 *  256  state of side 1 (32); written by side 1
 * 4096  link layout
 * </pre>
 *
 * <p>Side 0, who creates the memory, writes the first line; side 1 reads it once and checks it.
 */
final class SharedMemoryPortLayout {
    static final long MAGIC = 0x4845_4c49_4f53_484dL;
    static final int VERSION = 1;
    static final int HEADER_BYTES = 4096;

    static final int ABSENT = 0;
    static final int ATTACHED = 1;
    static final int DETACHED = 2;

    private static final int MAGIC_OFFSET = 0;
    private static final int VERSION_OFFSET = 8;
    private static final int MTU_OFFSET = 12;
    private static final int FRAMES_OFFSET = 16;
    private static final int RING_OFFSET = 20;
    private static final int STATE_OFFSET = LinkLayout.LINE_PAIR_BYTES;

    private SharedMemoryPortLayout() {}

    /** Bytes of memory for a link of that layout. */
    static long totalBytes(LinkLayout layout) {
        return HEADER_BYTES + layout.totalBytes();
    }

    /** Describes the link in memory that is all zero. */
    static void write(long address, LinkLayout layout) {
        NativeMemory.putInt(address + VERSION_OFFSET, VERSION);
        NativeMemory.putInt(address + MTU_OFFSET, layout.mtuBytes());
        NativeMemory.putInt(address + FRAMES_OFFSET, layout.framesPerSide());
        NativeMemory.putInt(address + RING_OFFSET, layout.ringEntries());
        NativeMemory.putLongRelease(address + MAGIC_OFFSET, MAGIC);
    }

    /** Whether the description is complete, or at least not ours. */
    static boolean isWritten(long address) {
        return NativeMemory.getLongAcquire(address + MAGIC_OFFSET) != 0;
    }

    /**
     * Reads a description that {@link #isWritten}.
     *
     * @param sizeBytes of the memory that is there
     * @throws IllegalArgumentException if it is not one of this version, or does not fit the memory
     */
    static LinkLayout read(long address, long sizeBytes) {
        long magic = NativeMemory.getLongAcquire(address + MAGIC_OFFSET);
        int version = NativeMemory.getInt(address + VERSION_OFFSET);
        if (magic != MAGIC || version != VERSION) {
            throw new IllegalArgumentException("not a port of this version: magic=0x" + Long.toHexString(magic)
                    + " version=" + version + " expected=" + VERSION);
        }
        LinkLayout layout = new LinkLayout(
                NativeMemory.getInt(address + MTU_OFFSET),
                NativeMemory.getInt(address + FRAMES_OFFSET),
                NativeMemory.getInt(address + RING_OFFSET));
        if (totalBytes(layout) > sizeBytes) {
            throw new IllegalArgumentException("memory smaller than its layout: sizeBytes=" + sizeBytes + " " + layout);
        }
        return layout;
    }

    static int stateAcquire(long address, int side) {
        return NativeMemory.getIntAcquire(address + STATE_OFFSET + (long) side * LinkLayout.LINE_PAIR_BYTES);
    }

    static void stateRelease(long address, int side, int state) {
        NativeMemory.putIntRelease(address + STATE_OFFSET + (long) side * LinkLayout.LINE_PAIR_BYTES, state);
    }
}
