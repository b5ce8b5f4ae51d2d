package io.heliograph.collectives.execute;

import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The memory that callers may use as buffers, each a region that the endpoint sends from; sorted by address. What another communicator over the same endpoint registered is found as well. */
final class Buffers {
    private static final int ALIGNMENT = 4096;

    private final Transport transport;
    private final Endpoint endpoint;
    private final Progress progress;
    /** What has the memory of {@link #allocate}: the last for what is to come. */
    private final List<Arena> arenas = new ArrayList<>(List.of(Arena.ofShared()));
    /** Of that, what other ranks can read where it lies. */
    private final List<MemorySegment> readable = new ArrayList<>();

    private MemoryRegion[] regions = new MemoryRegion[0];

    Buffers(Transport transport) {
        this.transport = transport;
        endpoint = transport.endpoint();
        progress = transport.progress();
        progress.buffers().add(this);
    }

    MemorySegment allocate(long byteSize) {
        if (byteSize < 1) {
            throw new IllegalArgumentException("buffer: byteSize=" + byteSize + "; at least 1");
        }
        MemorySegment memory = transport.allocateReadable(byteSize, ALIGNMENT);
        if (memory == null) {
            memory = arenas.getLast().allocate(byteSize, ALIGNMENT);
            register(memory);
        } else {
            readable.add(memory);
            register(memory, MemoryRegion.REMOTE_READ | (transport.isShared() ? MemoryRegion.REMOTE_WRITE : 0));
        }
        return memory;
    }

    void register(MemorySegment memory) {
        register(memory, 0);
    }

    private void register(MemorySegment memory, int access) {
        if (!memory.isNative()) {
            throw new IllegalArgumentException(onHeap(memory));
        }
        long end = memory.address() + memory.byteSize();
        for (MemoryRegion other : regions) {
            if (memory.address() < other.address() + other.lengthBytes() && other.address() < end) {
                throw new IllegalArgumentException("buffer overlaps one that is registered: address=" + memory.address()
                        + " lengthBytes=" + memory.byteSize() + " other=" + other + "; register memory once");
            }
        }
        MemoryRegion[] more = Arrays.copyOf(regions, regions.length + 1);
        more[regions.length] = endpoint.register(memory, access);
        Arrays.sort(more, (left, right) -> Long.compare(left.address(), right.address()));
        regions = more;
    }

    void deregister(MemorySegment memory) {
        MemoryRegion region = own(memory.address(), memory.byteSize());
        if (region == null || region.address() != memory.address() || region.lengthBytes() != memory.byteSize()) {
            throw new IllegalArgumentException("buffer is not registered: address=" + memory.address() + " lengthBytes="
                    + memory.byteSize() + "; deregister what was registered");
        }
        MemoryRegion[] fewer = new MemoryRegion[regions.length - 1];
        int kept = 0;
        for (MemoryRegion other : regions) {
            if (other.key() != region.key()) {
                fewer[kept++] = other;
            }
        }
        endpoint.deregister(region);
        regions = fewer;
    }

    /** The region that holds all of a range; null if there is none. */
    @Nullable
    MemoryRegion find(long address, long lengthBytes) {
        MemoryRegion region = own(address, lengthBytes);
        List<Buffers> all = progress.buffers();
        for (int i = 0; region == null && i < all.size(); i++) {
            region = all.get(i).own(address, lengthBytes);
        }
        return region;
    }

    private @Nullable MemoryRegion own(long address, long lengthBytes) {
        int low = 0;
        int high = regions.length - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            MemoryRegion region = regions[middle];
            if (address < region.address()) {
                high = middle - 1;
            } else if (address - region.address() > region.lengthBytes()) {
                low = middle + 1;
            } else if (lengthBytes <= region.lengthBytes() - (address - region.address())) {
                return region;
            } else {
                // Its end may be the beginning of the next.
                low = middle + 1;
            }
        }
        return null;
    }

    static String onHeap(MemorySegment memory) {
        return "buffer on the heap: lengthBytes=" + memory.byteSize()
                + "; the garbage collector moves what is there while the transport reads it by address: take Communicator.allocate, or register"
                + " native memory";
    }

    /** Takes all that another has. */
    void adopt(Buffers other) {
        MemoryRegion[] all = Arrays.copyOf(regions, regions.length + other.regions.length);
        System.arraycopy(other.regions, 0, all, regions.length, other.regions.length);
        Arrays.sort(all, (left, right) -> Long.compare(left.address(), right.address()));
        regions = all;
        arenas.addAll(0, other.arenas);
        readable.addAll(other.readable);
        other.readable.clear();
        other.regions = new MemoryRegion[0];
        other.arenas.clear();
        other.arenas.add(Arena.ofShared());
    }

    /** They serve no more calls; those under way, of whichever communicator, keep theirs until they are over. */
    void close() {
        progress.retire(this);
    }

    /** Nothing uses them. */
    void free() {
        for (MemoryRegion region : regions) {
            endpoint.deregister(region);
        }
        regions = new MemoryRegion[0];
        arenas.forEach(Arena::close);
        readable.forEach(transport::freeReadable);
    }
}
