package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.AsymmetricFence;
import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.memory.Regions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The memory that an endpoint hands out of its segment, and the regions that peers may write to or read: they come at once, and go when no
 * peer is in the middle of a copy or a read any more. Application's thread.
 */
final class OwnMemory {
    private static final int SPINS_BETWEEN_LOOKS = 1024;

    private final SegmentLayout layout;
    private final SharedMemory block;
    private final Regions regions;
    private final PublishedRegions published;
    private final SegmentSpace space;
    private final LinkAgent agent;
    private final long scratchAddress;
    private final TreeMap<Long, MemoryRegion> forPeers = new TreeMap<>();
    /** What makes accesses throw to memory that was given back, by its address. */
    private final Map<Long, Arena> guards = new HashMap<>();

    /**
     * All of the memory is free.
     *
     * @param arena lives as long as the endpoint
     * @param regions of the endpoint, also those that are sources only
     * @param agent whose copies are waited for, for they may read from a region
     */
    OwnMemory(SegmentLayout layout, SharedMemory block, Arena arena, Regions regions, LinkAgent agent) {
        this.layout = layout;
        this.block = block;
        this.regions = regions;
        this.agent = agent;
        published = new PublishedRegions(block.address() + layout.regions(), layout.regionBuckets());
        space = new SegmentSpace(block.address() + layout.memory(), layout.memoryBytes());
        scratchAddress = arena.allocate(SharedMemory.SCRATCH_BYTES, Long.BYTES).address();
    }

    /** As {@link SharedMemoryEndpoint#allocate}. */
    MemorySegment allocate(long byteSize, long byteAlignment) {
        if (byteSize < 0 || byteAlignment < 1 || Long.bitCount(byteAlignment) != 1) {
            throw new IllegalArgumentException("shared memory: byteSize=" + byteSize + " byteAlignment=" + byteAlignment
                    + "; give a size from 0 and a power of two");
        }
        long length = Math.max(1, byteSize);
        long address = length > layout.memoryBytes()
                ? -1
                : space.take(length, Math.max(SegmentSpace.PAGE_BYTES, byteAlignment));
        if (address < 0) {
            throw new IllegalStateException("shared memory of the endpoint is taken: byteSize=" + byteSize
                    + " memoryBytes=" + layout.memoryBytes() + "; free some, or open the endpoint with more");
        }
        long offset = address - block.address();
        try {
            block.reserve(offset, length);
        } catch (EnvironmentException e) {
            space.give(address);
            throw e;
        }
        Arena guard = Arena.ofShared();
        guards.put(address, guard);
        return block.segment(offset, byteSize, guard);
    }

    /** As {@link SharedMemoryEndpoint#free}. */
    void free(MemorySegment memory) {
        long address = memory.address();
        var last = forPeers.lowerEntry(address + Math.max(1, memory.byteSize()));
        if (last != null && last.getKey() + last.getValue().lengthBytes() > address) {
            throw new IllegalStateException(
                    "shared memory is registered: region=" + last.getValue() + "; deregister it before it is freed");
        }
        Arena guard = guards.remove(address);
        if (guard != null) {
            guard.close();
        }
        long length = space.give(address);
        if (length == 0) {
            throw new IllegalArgumentException(
                    "memory was not allocated by this endpoint: address=" + address + "; free what allocate returned");
        }
        block.discard(address - block.address(), length);
    }

    /** Nobody uses what was handed out any more. */
    void close() {
        guards.values().forEach(Arena::close);
        guards.clear();
    }

    /** As {@link SharedMemoryEndpoint#register}. */
    MemoryRegion register(MemorySegment memory, int access) {
        boolean isForPeers = memory.isNative() && memory.byteSize() > 0 && access != 0;
        if (isForPeers && !space.isTaken(memory.address(), memory.byteSize())) {
            throw new IllegalArgumentException("memory is not shared: address=" + memory.address() + " lengthBytes="
                    + memory.byteSize() + "; peers reach only what SharedMemoryEndpoint.allocate returned");
        }
        MemoryRegion region = regions.register(memory, access);
        if (isForPeers) {
            forPeers.put(region.address(), region);
        }
        published.publish(region);
        return region;
    }

    /** As {@link SharedMemoryEndpoint#deregister}. */
    void deregister(MemoryRegion region) {
        regions.deregister(region);
        published.withdraw(region);
        SegmentLayout.nextGenerationRelease(block.address());
        if (region.access() != 0) {
            forPeers.remove(region.address());
        }
        agent.awaitCopy();
        awaitLanes(Long.MAX_VALUE);
    }

    /** As {@link SharedMemoryEndpoint#awaitPeers}. */
    boolean awaitLanes(long mostLooks) {
        // Before the looks at lanes, see Lane.
        if (AsymmetricFence.isUsable()) {
            AsymmetricFence.heavy();
        } else {
            VarHandle.fullFence();
        }
        boolean quiet = true;
        for (int slot = 0; slot < layout.peerSlots(); slot++) {
            if (Attachment.stateAcquire(block.address() + layout.attachment(slot)) == Attachment.ATTACHED) {
                for (int lane = 0; lane < SegmentLayout.LANES; lane++) {
                    quiet &= awaitLane(slot, block.address() + layout.lane(slot, lane), mostLooks);
                }
            }
        }
        return quiet;
    }

    /** Until a copy that is under way is over, or the kernel says that its process ended; false after so many times that it was asked. */
    @SuppressWarnings("ThreadPriorityCheck") // yield: the writer may need this processor
    private boolean awaitLane(int slot, long lane, long mostLooks) {
        long seen = Lane.sequenceAcquire(lane);
        int spins = 0;
        long looks = 0;
        while ((seen & 1) == 1 && Lane.sequenceAcquire(lane) == seen) {
            if (++spins % SPINS_BETWEEN_LOOKS == 0) {
                if (!block.isHeld(Attachment.role(slot), scratchAddress)) {
                    return true;
                }
                if (++looks >= mostLooks) {
                    return false;
                }
                Thread.yield();
            }
            Thread.onSpinWait();
        }
        return true;
    }
}
