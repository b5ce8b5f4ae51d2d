package io.heliograph.transport.memory;

import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.RandomSource;
import java.lang.foreign.MemorySegment;

/** The memory regions of an endpoint: registering replaces an immutable table that engines look at once in each duty cycle. */
public final class Regions {
    private final int maxRegions;
    private final RandomSource random;
    private volatile RegionTable table;

    /** No regions yet; keys are drawn from {@code random}. */
    public Regions(int maxRegions, RandomSource random) {
        this.maxRegions = maxRegions;
        this.random = random;
        table = RegionTable.empty(maxRegions);
    }

    /** The regions at this moment. */
    public RegionTable table() {
        return table;
    }

    /** Adds a region; see {@link io.heliograph.transport.Endpoint#register}. */
    public synchronized MemoryRegion register(MemorySegment memory, int access) {
        RegionRules.requireNativeAndRoom(memory, table.size(), maxRegions);
        table = table.with(memory.address(), memory.byteSize(), access, random);
        return table.last();
    }

    /** Removes a region; the caller waits for the engines. */
    public synchronized void deregister(MemoryRegion region) {
        if (!table.contains(region)) {
            throw new IllegalArgumentException("memory region is not registered here: region=" + region);
        }
        table = table.without(region);
    }
}
