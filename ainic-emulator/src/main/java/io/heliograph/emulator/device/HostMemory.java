package io.heliograph.emulator.device;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The part of a process's memory that the operating system lets a device reach: what an IOMMU with shared virtual addresses does. All that the device reads and writes is looked up here first.
 *
 * <p>Memory that the device holds registered is pinned and cannot be unmapped. One thread.
 */
public final class HostMemory {
    /** The device may read. */
    public static final int READ = 1;
    /** The device may write. */
    public static final int WRITE = 2;

    private final List<Mapping> mappings = new ArrayList<>();
    private @Nullable Mapping latest;

    /** A range that is mapped. */
    public static final class Mapping {
        private final long address;
        private final long lengthBytes;
        private final int access;
        private int pins;

        private Mapping(long address, long lengthBytes, int access) {
            this.address = address;
            this.lengthBytes = lengthBytes;
            this.access = access;
        }

        private boolean contains(long from, long bytes, int wanted) {
            long offset = from - address;
            return offset >= 0
                    && bytes >= 0
                    && offset <= lengthBytes
                    && bytes <= lengthBytes - offset
                    && (access & wanted) == wanted;
        }

        @Override
        public String toString() {
            return "address=" + address + " lengthBytes=" + lengthBytes + " access=" + access;
        }
    }

    /** Nothing is mapped. */
    public HostMemory() {}

    /**
     * Maps native memory, which may be mapped already.
     *
     * @param access {@link #READ}, {@link #WRITE} or both
     * @throws IllegalArgumentException if the memory is on the heap or empty
     */
    public Mapping map(MemorySegment memory, int access) {
        if (!memory.isNative() || memory.byteSize() == 0) {
            throw new IllegalArgumentException("mapping: native=" + memory.isNative() + " lengthBytes="
                    + memory.byteSize() + "; a device reaches native memory of at least one byte");
        }
        Mapping mapping = new Mapping(memory.address(), memory.byteSize(), access);
        mappings.add(mapping);
        return mapping;
    }

    /**
     * Takes a mapping away; the device does not reach the memory any more, unless another mapping has it, too.
     *
     * @throws IllegalStateException if the device holds it registered
     */
    public void unmap(Mapping mapping) {
        if (mapping.pins > 0) {
            throw new IllegalStateException("mapping in use by the device: " + mapping + "; remove its regions first");
        }
        mappings.remove(mapping);
        latest = null;
    }

    /** Whether the device may access all of a range, as one mapping has it. */
    boolean allows(long address, long bytes, int access) {
        return find(address, bytes, access) != null;
    }

    /** Keeps a range mapped until {@link #unpin}; null if it is not. */
    @Nullable
    Mapping pin(long address, long bytes, int access) {
        Mapping found = find(address, bytes, access);
        if (found != null) {
            found.pins++;
        }
        return found;
    }

    void unpin(Mapping mapping) {
        mapping.pins--;
    }

    private @Nullable Mapping find(long address, long bytes, int access) {
        Mapping last = latest;
        if (last != null && last.contains(address, bytes, access)) {
            return last;
        }
        for (Mapping each : mappings) {
            if (each.contains(address, bytes, access)) {
                latest = each;
                return each;
            }
        }
        return null;
    }
}
