package io.heliograph.transport.memory;

import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.MemorySegment;

/** What an endpoint, of whatever kind, asks of memory that is to be registered; see {@link io.heliograph.transport.Endpoint#register}. */
public final class RegionRules {
    private RegionRules() {}

    /**
     * Memory that the garbage collector does not move, and a table with room for one more.
     *
     * @throws IllegalArgumentException if it is on the heap
     * @throws IllegalStateException if there are {@code maxRegions} already
     */
    public static void requireNativeAndRoom(MemorySegment memory, int regions, int maxRegions) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException("memory region on the heap: lengthBytes=" + memory.byteSize()
                    + "; allocate it from an Arena, where the garbage collector does not move it");
        }
        if (regions == maxRegions) {
            throw new IllegalStateException(
                    "table of memory regions is full: maxRegions=" + maxRegions + "; deregister one first");
        }
    }

    /**
     * At least a byte, and none past the end of the address space.
     *
     * @throws IllegalArgumentException if not
     */
    public static void requireSound(long address, long lengthBytes) {
        if (lengthBytes <= 0 || address <= 0 || address + lengthBytes < 0) {
            throw new IllegalArgumentException("memory region: address=" + address + " lengthBytes=" + lengthBytes
                    + "; register native memory of at least one byte");
        }
    }

    /**
     * Permissions that an endpoint offers, as bits.
     *
     * @throws IllegalArgumentException if there are others
     */
    public static void requireKnown(int access, int knownAccess) {
        if ((access & ~knownAccess) != 0) {
            throw new IllegalArgumentException(
                    "memory region: access=" + access + "; this endpoint knows the bits " + knownAccess);
        }
    }

    /**
     * No byte that peers may reach through two regions.
     *
     * @throws IllegalArgumentException if there is one
     */
    public static void requireApart(MemoryRegion other, long address, long lengthBytes, int access) {
        boolean apart = address + lengthBytes <= other.address() || other.address() + other.lengthBytes() <= address;
        if (!apart && access != 0 && other.access() != 0) {
            throw new IllegalArgumentException("memory region overlaps one that peers may reach: address=" + address
                    + " lengthBytes=" + lengthBytes + " other=" + other + "; deregister that one first");
        }
    }
}
