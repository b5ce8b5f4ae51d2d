package io.heliograph.benchmarks.session;

import io.heliograph.transport.MemoryRegion;

/** A peer's region as the rendezvous tells of it. */
public record RemoteRegion(long address, int key, long lengthBytes) {

    private static final long LARGEST_KEY = 0xffff_ffffL;

    /** Puts a region of this end into a message. */
    public static Message describe(Message message, MemoryRegion region) {
        return message.with("address", region.address())
                .with("key", Integer.toUnsignedLong(region.key()))
                .with("length", region.lengthBytes());
    }

    /**
     * Reads what {@link #describe} wrote.
     *
     * @param leastBytes what the region must hold
     * @throws RunFailure if it is malformed or too small
     */
    public static RemoteRegion read(Message message, long leastBytes) {
        return new RemoteRegion(
                message.number("address", 1, Long.MAX_VALUE),
                (int) message.number("key", 0, LARGEST_KEY),
                message.number("length", leastBytes, Long.MAX_VALUE));
    }
}
