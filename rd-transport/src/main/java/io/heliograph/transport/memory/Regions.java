package io.heliograph.transport.memory;

import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.RandomSource;
import java.lang.foreign.MemorySegment;

/** The memory regions of an endpoint: registering replaces an immutable table that engines look at once in each duty cycle. */
public final class Regions {
    private final int maxRegions;
    private final RandomSource random;
    private final int knownAccess;
    private volatile RegionTable table;

    /** No regions yet, of which peers can be let write to any; keys are drawn from {@code random}. */
    public Regions(int maxRegions, RandomSource random) {
        this(maxRegions, random, MemoryRegion.REMOTE_WRITE);
    }

    /** The same, where peers can be let do what {@code knownAccess} says. */
    public Regions(int maxRegions, RandomSource random, int knownAccess) {
        this.maxRegions = maxRegions;
        this.random = random;
        this.knownAccess = knownAccess;
        table = RegionTable.empty(maxRegions);
    }

    /** The regions at this moment. */
    public RegionTable table() {
        return table;
    }

    /** Adds a region; see {@link io.heliograph.transport.Endpoint#register}. */
    public synchronized MemoryRegion register(MemorySegment memory, int access) {
        RegionRules.requireNativeAndRoom(memory, table.size(), maxRegions);
        RegionRules.requireKnown(access, knownAccess);
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
