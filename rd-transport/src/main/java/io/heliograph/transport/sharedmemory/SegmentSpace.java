package io.heliograph.transport.sharedmemory;

import java.util.Map;
import java.util.TreeMap;

/** Which parts of a range are handed out: first fit, neighbours that are free grow together. Offsets in whole pages. */
final class SegmentSpace {
    static final long PAGE_BYTES = 4096;

    private final TreeMap<Long, Long> free = new TreeMap<>();
    private final TreeMap<Long, Long> taken = new TreeMap<>();

    /** All of {@code lengthBytes} from {@code offset} on is free. */
    SegmentSpace(long offset, long lengthBytes) {
        free.put(offset, lengthBytes & -PAGE_BYTES);
    }

    /**
     * Takes a range.
     *
     * @param lengthBytes rounded up to pages
     * @param alignment a power of two, at least a page
     * @return its offset, or -1 if there is no such range
     */
    long take(long lengthBytes, long alignment) {
        long length = (lengthBytes + PAGE_BYTES - 1) & -PAGE_BYTES;
        for (Map.Entry<Long, Long> range : free.entrySet()) {
            long start = range.getKey();
            long end = start + range.getValue();
            long aligned = (start + alignment - 1) & -alignment;
            if (aligned >= start && end - aligned >= length) {
                free.remove(start);
                put(start, aligned - start);
                put(aligned + length, end - aligned - length);
                taken.put(aligned, length);
                return aligned;
            }
        }
        return -1;
    }

    private void put(long offset, long length) {
        if (length > 0) {
            free.put(offset, length);
        }
    }

    /** Gives a range back; its length, or 0 if none that was taken starts there. */
    long give(long offset) {
        Long length = taken.remove(offset);
        if (length == null) {
            return 0;
        }
        long start = offset;
        long end = offset + length;
        Map.Entry<Long, Long> before = free.lowerEntry(start);
        if (before != null && before.getKey() + before.getValue() == start) {
            start = before.getKey();
        }
        Long after = free.remove(end);
        free.put(start, end - start + (after == null ? 0 : after));
        return length;
    }

    /** Whether a range lies within one that was taken. */
    boolean isTaken(long offset, long lengthBytes) {
        Map.Entry<Long, Long> range = taken.floorEntry(offset);
        return range != null && offset + lengthBytes <= range.getKey() + range.getValue();
    }
}
