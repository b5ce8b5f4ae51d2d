package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.AsymmetricFence;
import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.memory.Regions;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.util.TreeMap;

/**
 * The memory that an endpoint hands out of its segment, and the regions that peers may write to: they come at once, and go when no
 * writer is in the middle of a copy any more. Application's thread.
 */
final class OwnMemory {
    private static final int SPINS_BETWEEN_LOOKS = 1024;

    private final SegmentLayout layout;
    private final SharedMemory block;
    private final Arena arena;
    private final Regions regions;
    private final PublishedRegions published;
    private final SegmentSpace space;
    private final LinkAgent agent;
    private final long scratchAddress;
    private final TreeMap<Long, MemoryRegion> writable = new TreeMap<>();

    /**
     * All of the memory is free.
     *
     * @param arena guards what is handed out
     * @param regions of the endpoint, also those that are sources only
     * @param agent whose copies are waited for, for they may read from a region
     */
    OwnMemory(SegmentLayout layout, SharedMemory block, Arena arena, Regions regions, LinkAgent agent) {
        this.layout = layout;
        this.block = block;
        this.arena = arena;
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
        return block.segment(offset, byteSize, arena);
    }

    /** As {@link SharedMemoryEndpoint#free}. */
    void free(MemorySegment memory) {
        long address = memory.address();
        var last = writable.lowerEntry(address + Math.max(1, memory.byteSize()));
        if (last != null && last.getKey() + last.getValue().lengthBytes() > address) {
            throw new IllegalStateException(
                    "shared memory is registered: region=" + last.getValue() + "; deregister it before it is freed");
        }
        long length = space.give(address);
        if (length == 0) {
            throw new IllegalArgumentException(
                    "memory was not allocated by this endpoint: address=" + address + "; free what allocate returned");
        }
        block.discard(address - block.address(), length);
    }

    /** As {@link SharedMemoryEndpoint#register}. */
    MemoryRegion register(MemorySegment memory, int access) {
        boolean forPeers = memory.isNative() && memory.byteSize() > 0 && (access & MemoryRegion.REMOTE_WRITE) != 0;
        if (forPeers && !space.isTaken(memory.address(), memory.byteSize())) {
            throw new IllegalArgumentException("memory is not shared: address=" + memory.address() + " lengthBytes="
                    + memory.byteSize() + "; peers write only to what SharedMemoryEndpoint.allocate returned");
        }
        MemoryRegion region = regions.register(memory, access);
        if (forPeers) {
            writable.put(region.address(), region);
        }
        published.publish(region);
        return region;
    }

    /** As {@link SharedMemoryEndpoint#deregister}. */
    void deregister(MemoryRegion region) {
        regions.deregister(region);
        published.withdraw(region);
        SegmentLayout.nextGenerationRelease(block.address());
        // Before the looks at lanes, see Lane.
        if (AsymmetricFence.isUsable()) {
            AsymmetricFence.heavy();
        } else {
            VarHandle.fullFence();
        }
        if ((region.access() & MemoryRegion.REMOTE_WRITE) != 0) {
            writable.remove(region.address());
        }
        agent.awaitCopy();
        for (int slot = 0; slot < layout.peerSlots(); slot++) {
            if (Attachment.stateAcquire(block.address() + layout.attachment(slot)) == Attachment.ATTACHED) {
                for (int lane = 0; lane < SegmentLayout.LANES; lane++) {
                    awaitLane(slot, block.address() + layout.lane(slot, lane));
                }
            }
        }
    }

    /** Until a copy that is under way is over, or the kernel says that its process ended. */
    @SuppressWarnings("ThreadPriorityCheck") // yield: the writer may need this processor
    private void awaitLane(int slot, long lane) {
        long seen = Lane.sequenceAcquire(lane);
        int spins = 0;
        while ((seen & 1) == 1 && Lane.sequenceAcquire(lane) == seen) {
            if (++spins % SPINS_BETWEEN_LOOKS == 0) {
                if (!block.isHeld(Attachment.role(slot), scratchAddress)) {
                    return;
                }
                Thread.yield();
            }
            Thread.onSpinWait();
        }
    }
}
