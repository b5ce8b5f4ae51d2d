package io.heliograph.collectives.planning.controller;

/**
 * What a controller and its nodes agree on (C2, C5, C7). All of them must be given the same.
 *
 * @param shape the network
 * @param slotNs how long a chunk takes on a link, with its headers and what clocks differ by
 * @param batchSlots slots that are given out at once, 1 to 64
 * @param leadSlots between now and the first slot of a batch: what a packet takes from the controller to a node, rounded up, and two
 * @param reportNs while a node waits for slots it says so again after this time, and up to an eighth more
 * @param memorySlots for how many slots the controller remembers whom it gave them to: a power of two; more than lead, batch and what a packet takes
 *     at most from a node to the controller
 */
public record ControllerConfig(
        LeafSpineShape shape, long slotNs, int batchSlots, int leadSlots, long reportNs, int memorySlots) {
    /** Most slots of memory: 8 bytes for each, and for each node. */
    public static final int MAX_MEMORY_SLOTS = 65_536;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if a value is out of range
     */
    public ControllerConfig {
        require(slotNs >= 1, "slotNs", slotNs, "at least 1 is");
        require(
                batchSlots >= 1 && batchSlots <= SlotAllocator.MAX_BATCH_SLOTS,
                "batchSlots",
                batchSlots,
                "from 1 to " + SlotAllocator.MAX_BATCH_SLOTS + " are");
        require(leadSlots >= 1, "leadSlots", leadSlots, "at least 1 is");
        require(reportNs >= 1, "reportNs", reportNs, "at least 1 is");
        require(
                Integer.bitCount(memorySlots) == 1
                        && memorySlots <= MAX_MEMORY_SLOTS
                        && memorySlots > leadSlots + 2 * batchSlots,
                "memorySlots",
                memorySlots,
                "powers of two above leadSlots + 2 * batchSlots and up to " + MAX_MEMORY_SLOTS + " are");
    }

    /** The greatest distance from now to the end of the last slot given out (C7). */
    public int horizonSlots() {
        return leadSlots + batchSlots;
    }

    /** The slot that a moment is in. */
    public long slotAt(long nowNs) {
        return Math.floorDiv(nowNs, slotNs);
    }

    private static void require(boolean right, String name, long value, String possible) {
        if (!right) {
            throw new IllegalArgumentException("controller: " + name + "=" + value + "; " + possible + " possible");
        }
    }
}
