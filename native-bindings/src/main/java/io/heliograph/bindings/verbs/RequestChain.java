package io.heliograph.bindings.verbs;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * The links of an array of requests, each to the next: to post the first so many, the last one's link is cut for the time of the call.
 */
final class RequestChain {
    private final long address;
    private final long badRequestAddress;
    private final int capacity;
    private final long strideBytes;
    private final long nextOffset;

    RequestChain(Arena arena, int capacity, long strideBytes, long nextOffset) {
        if (capacity < 1) {
            throw new IllegalArgumentException("no room for requests: capacity=" + capacity);
        }
        this.capacity = capacity;
        this.strideBytes = strideBytes;
        this.nextOffset = nextOffset;
        this.address = arena.allocate(strideBytes * capacity, Long.BYTES).address();
        this.badRequestAddress = arena.allocate(Long.BYTES, Long.BYTES).address();
        for (int i = 0; i < capacity - 1; i++) {
            NativeMemory.putLong(linkOf(i), address + (i + 1) * strideBytes);
        }
    }

    long address() {
        return address;
    }

    int capacity() {
        return capacity;
    }

    /** Posts the first {@code count}, at least 1; returns how many were taken, or if none was the negative errno. */
    int post(MemorySegment function, long queuePair, int count) {
        long link = linkOf(count - 1);
        long next = NativeMemory.getLong(link);
        NativeMemory.putLong(link, 0);
        int errno = HotCalls.post(function, queuePair, address, badRequestAddress);
        NativeMemory.putLong(link, next);
        if (errno == 0) {
            return count;
        }
        // The first that was not taken. Providers return errno, old ones -1 or a negative one.
        int taken = (int) ((NativeMemory.getLong(badRequestAddress) - address) / strideBytes);
        return taken > 0 && taken < count ? taken : -Math.abs(errno);
    }

    private long linkOf(int index) {
        return address + index * strideBytes + nextOffset;
    }
}
