package io.heliograph.transport;

/**
 * A piece of registered memory: what {@link Endpoint#register} returns and posts read from.
 *
 * @param address first byte, in this process; peers use it as remote address
 * @param lengthBytes at least 1
 * @param key random 32 bits that peers must know to write
 * @param access {@link #REMOTE_WRITE}, {@link #REMOTE_READ}, both or 0
 */
public record MemoryRegion(long address, long lengthBytes, int key, int access) {
    /** Peers may write. */
    public static final int REMOTE_WRITE = 1;

    /** Peers may read it where it lies, by {@link Endpoint#beginRead}; only endpoints that offer that know it. */
    public static final int REMOTE_READ = 2;

    /** Whether so many bytes at an offset lie within; none may lie at its end. */
    public boolean holds(long offsetBytes, long lengthBytes) {
        return (offsetBytes | lengthBytes) >= 0 && lengthBytes <= this.lengthBytes - offsetBytes;
    }
}
