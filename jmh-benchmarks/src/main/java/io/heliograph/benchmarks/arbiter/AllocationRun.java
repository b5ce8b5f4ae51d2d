package io.heliograph.benchmarks.arbiter;

import io.heliograph.collectives.planning.controller.LeafSpineShape;
import io.heliograph.collectives.planning.controller.PathAllocator;
import io.heliograph.collectives.planning.controller.SlotAllocator;
import io.heliograph.transport.Clock;

/** Times slots and paths alone, without packets: what Fastpass calls timeslot allocation and path selection. */
final class AllocationRun {
    /**
     * What was measured.
     *
     * @param allocateNs spent on slots
     * @param pathsNs spent on paths
     */
    record Result(long slots, long chunks, long allocateNs, long pathsNs) {}

    private static final int PLENTY = 1 << 20;

    private final ArbiterDemand demand;
    private final SlotAllocator slots;
    private final PathAllocator paths;
    private final Clock clock;
    private long slot;
    private long chunks;
    private long allocateNs;
    private long pathsNs;

    AllocationRun(LeafSpineShape shape, int batchSlots, ArbiterDemand demand, Clock clock) {
        this.demand = demand;
        this.clock = clock;
        slots = new SlotAllocator(shape, batchSlots);
        paths = new PathAllocator(shape);
    }

    /** Measures for a time, after a warm-up of half of it. */
    Result run(long measuredNs) {
        turns(measuredNs / 2);
        slot = 0;
        chunks = 0;
        allocateNs = 0;
        pathsNs = 0;
        turns(measuredNs);
        return new Result(slot, chunks, allocateNs, pathsNs);
    }

    private void turns(long durationNs) {
        long beginNs = clock.nowNs();
        while (clock.nowNs() - beginNs < durationNs && !Thread.currentThread().isInterrupted()) {
            if (!demand.isFull()) {
                demand.next(
                        slots.batchSlots(),
                        (source, destination, count) ->
                                slots.setBacklog(source, destination, slots.backlog(source, destination) + count));
            } else if (slots.waiting() < PLENTY) {
                demand.all(PLENTY, slots::setBacklog);
            }
            long beforeNs = clock.nowNs();
            chunks += slots.allocate();
            long betweenNs = clock.nowNs();
            for (int i = 0; i < slots.batchSlots(); i++) {
                paths.choose(slots, i, slot++);
            }
            pathsNs += clock.nowNs() - betweenNs;
            allocateNs += betweenNs - beforeNs;
        }
    }
}
