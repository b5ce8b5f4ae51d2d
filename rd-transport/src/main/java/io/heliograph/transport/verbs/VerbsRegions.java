package io.heliograph.transport.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.MemoryAccess;
import io.heliograph.bindings.verbs.RegisteredMemory;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.memory.RegionRules;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The memory regions of an endpoint by the keys that the device gave them: it checks them itself, and never says what was wrong; this table
 * does. Changed by the application's thread, a copy each time; looked at by any.
 */
final class VerbsRegions {
    /** What {@link #localKey} says of a key that is nobody's. */
    static final long GONE = -1;

    private record Entry(MemoryRegion region, RegisteredMemory memory, int localKey) {}

    private final RdmaDevice device;
    private final int maxRegions;
    private volatile Int2ObjectHashMap<Entry> table = new Int2ObjectHashMap<>();

    VerbsRegions(RdmaDevice device, int maxRegions) {
        this.device = device;
        this.maxRegions = maxRegions;
    }

    /** As {@link io.heliograph.transport.Endpoint#register}. */
    synchronized MemoryRegion register(MemorySegment memory, int access) {
        RegionRules.requireNativeAndRoom(memory, table.size(), maxRegions);
        RegionRules.requireKnown(access, MemoryRegion.REMOTE_WRITE);
        RegionRules.requireSound(memory.address(), memory.byteSize());
        for (Entry entry : table.values()) {
            RegionRules.requireApart(entry.region(), memory.address(), memory.byteSize(), access);
        }
        boolean isTarget = access == MemoryRegion.REMOTE_WRITE;
        RegisteredMemory registered = device.register(
                memory.address(),
                memory.byteSize(),
                isTarget ? Set.of(MemoryAccess.LOCAL_WRITE, MemoryAccess.REMOTE_WRITE) : Set.of());
        int key = isTarget ? registered.remoteKey() : registered.localKey();
        MemoryRegion region = new MemoryRegion(memory.address(), memory.byteSize(), key, access);
        Int2ObjectHashMap<Entry> more = new Int2ObjectHashMap<>(table);
        if (more.put(key, new Entry(region, registered, registered.localKey())) != null) {
            registered.close();
            throw new EnvironmentException("RDMA device gave a local and a remote key the same value: key=" + key
                    + "; this endpoint needs a device whose keys differ");
        }
        table = more;
        return region;
    }

    /** As {@link io.heliograph.transport.Endpoint#deregister}: the device refuses what comes after. */
    synchronized void deregister(MemoryRegion region) {
        Entry entry = table.get(region.key());
        if (entry == null || !entry.region().equals(region)) {
            throw new IllegalArgumentException("memory region is not registered here: region=" + region);
        }
        Int2ObjectHashMap<Entry> fewer = new Int2ObjectHashMap<>(table);
        fewer.remove(region.key());
        table = fewer;
        entry.memory().close();
    }

    /** Whether exactly this region is registered. */
    boolean contains(MemoryRegion region) {
        Entry entry = table.get(region.key());
        if (entry == null) {
            return false;
        }
        MemoryRegion here = entry.region();
        return here.address() == region.address()
                && here.lengthBytes() == region.lengthBytes()
                && here.access() == region.access();
    }

    /** What requests name the region with this key by, as 32 unsigned bits; {@link #GONE} if there is none. */
    long localKey(int key) {
        Entry entry = table.get(key);
        return entry == null ? GONE : Integer.toUnsignedLong(entry.localKey());
    }

    /** Why the device refused a peer's write: a code of {@link CompletionStatus}. */
    int explain(int key, long address, long lengthBytes) {
        @Nullable Entry entry = table.get(key);
        if (entry == null) {
            return CompletionStatus.BAD_KEY;
        }
        if (!entry.region().holds(address - entry.region().address(), lengthBytes)) {
            return CompletionStatus.OUT_OF_BOUNDS;
        }
        // Within a region that may be written to: it was registered with this key after the refusal.
        return entry.region().access() == MemoryRegion.REMOTE_WRITE
                ? CompletionStatus.BAD_KEY
                : CompletionStatus.NO_PERMISSION;
    }

    /** Takes all of it back: the endpoint is closed. */
    synchronized void clear() {
        Int2ObjectHashMap<Entry> all = table;
        table = new Int2ObjectHashMap<>();
        for (Entry entry : all.values()) {
            try {
                entry.memory().close();
            } catch (EnvironmentException e) {
                // the device has gone
            }
        }
    }
}
