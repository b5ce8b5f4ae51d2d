package io.heliograph.collectives.planning.controller;

import io.heliograph.bindings.memory.NativeMemory;

/**
 * What a controller tells the nodes that ask, so that nobody has to be told twice (C9).
 *
 * <pre>
 *  0  nodes (32)        nodes below a leaf (32)
 *  8  paths (32)        slots given out at once (32)
 * 16  lead (32)         memory (32), in slots
 * 24  slot (64)         ns
 * 32  report (64)       ns
 * 40  packets (32)      of a chunk; bytes of one on the wire (32)
 * 48  line rate (64)    bits per second
 * 56  clock (64)        the controller's, ns
 * </pre>
 *
 * @param config as the controller has it
 * @param chunk what fits in a slot
 */
public record ControllerSettings(ControllerConfig config, GrantedChunk chunk) {
    /** Bytes behind the header of a packet. */
    static final int BYTES = 64;

    private static final int NODES_PER_LEAF = 4;
    private static final int PATHS = 8;
    private static final int BATCH = 12;
    private static final int LEAD = 16;
    private static final int MEMORY = 20;
    private static final int SLOT = 24;
    private static final int REPORT = 32;
    private static final int PACKETS = 40;
    private static final int PACKET_BYTES = 44;
    private static final int LINE_RATE = 48;
    private static final int CLOCK = 56;

    /**
     * Checks that a chunk fits in a slot.
     *
     * @throws IllegalArgumentException if it does not
     */
    public ControllerSettings {
        if (chunk.slotNs(0) > config.slotNs()) {
            throw new IllegalArgumentException("controller: slotNs=" + config.slotNs() + "; a chunk of packets="
                    + chunk.packets() + " takes " + chunk.slotNs(0) + " ns at " + chunk.lineRateBitsPerSecond()
                    + " bit/s: take longer slots, smaller chunks or a faster line");
        }
    }

    /** Writes them at an address, with the time at the controller. */
    void put(long address, long nowNs) {
        LeafSpineShape shape = config.shape();
        NativeMemory.putIntBigEndian(address, shape.nodes());
        NativeMemory.putIntBigEndian(address + NODES_PER_LEAF, shape.nodesPerLeaf());
        NativeMemory.putIntBigEndian(address + PATHS, shape.paths());
        NativeMemory.putIntBigEndian(address + BATCH, config.batchSlots());
        NativeMemory.putIntBigEndian(address + LEAD, config.leadSlots());
        NativeMemory.putIntBigEndian(address + MEMORY, config.memorySlots());
        NativeMemory.putLongBigEndian(address + SLOT, config.slotNs());
        NativeMemory.putLongBigEndian(address + REPORT, config.reportNs());
        NativeMemory.putIntBigEndian(address + PACKETS, chunk.packets());
        NativeMemory.putIntBigEndian(address + PACKET_BYTES, chunk.packetWireBytes());
        NativeMemory.putLongBigEndian(address + LINE_RATE, chunk.lineRateBitsPerSecond());
        NativeMemory.putLongBigEndian(address + CLOCK, nowNs);
    }

    /**
     * Reads what {@link #put} wrote.
     *
     * @throws IllegalArgumentException if they make no sense
     */
    static ControllerSettings read(long address) {
        LeafSpineShape shape = new LeafSpineShape(
                NativeMemory.getIntBigEndian(address),
                NativeMemory.getIntBigEndian(address + NODES_PER_LEAF),
                NativeMemory.getIntBigEndian(address + PATHS));
        ControllerConfig config = new ControllerConfig(
                shape,
                NativeMemory.getLongBigEndian(address + SLOT),
                NativeMemory.getIntBigEndian(address + BATCH),
                NativeMemory.getIntBigEndian(address + LEAD),
                NativeMemory.getLongBigEndian(address + REPORT),
                NativeMemory.getIntBigEndian(address + MEMORY));
        GrantedChunk chunk = new GrantedChunk(
                NativeMemory.getIntBigEndian(address + PACKETS),
                NativeMemory.getIntBigEndian(address + PACKET_BYTES),
                NativeMemory.getLongBigEndian(address + LINE_RATE));
        return new ControllerSettings(config, chunk);
    }

    /** The controller's time when it wrote them. */
    static long clockNs(long address) {
        return NativeMemory.getLongBigEndian(address + CLOCK);
    }

    /** For people. */
    @Override
    public String toString() {
        LeafSpineShape shape = config.shape();
        return shape.nodes() + " nodes, " + shape.nodesPerLeaf() + " a leaf, " + shape.paths() + " paths, slots of "
                + config.slotNs() / 1e3 + " us for " + chunk.packets() + " packets of " + chunk.packetWireBytes()
                + " bytes at " + chunk.lineRateBitsPerSecond() / 1e9 + " Gbit/s, " + config.batchSlots()
                + " at once, lead " + config.leadSlots() + ", reports every " + config.reportNs() / 1e3
                + " us, memory " + config.memorySlots();
    }
}
