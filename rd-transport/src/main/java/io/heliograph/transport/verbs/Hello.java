package io.heliograph.transport.verbs;

import io.heliograph.transport.IpAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What a node that wants to send says first on a rendezvous' TCP connection: 64 bytes, big-endian.
 *
 * <pre>
 *  0  magic (64)            "HELIORC1"
 *  8  incarnation (32)
 * 12  queue (32)            work queue of the sender
 * 16  address (128)         of the sender's endpoint, which is its GID
 * 32  queue pair (32)
 * 36  first PSN (32)        24 bits
 * 40  path MTU (32)         bytes
 * 44  refused key (32)      of a write that the receiver's device refused, to be told why
 * 48  refused address (64)
 * 56  refused length (64)   -1 if there was none
 * </pre>
 */
record Hello(
        int incarnation,
        int queue,
        IpAddress address,
        int queuePair,
        int firstPsn,
        int mtuBytes,
        int refusedKey,
        long refusedAddress,
        long refusedLengthBytes) {
    static final int BYTES = 64;
    static final long NOT_REFUSED = -1;
    private static final long MAGIC = 0x4845_4c49_4f52_4331L;

    void write(ByteBuffer to) {
        to.putLong(MAGIC).putInt(incarnation).putInt(queue);
        to.putLong(address.high()).putLong(address.low());
        to.putInt(queuePair).putInt(firstPsn).putInt(mtuBytes).putInt(refusedKey);
        to.putLong(refusedAddress).putLong(refusedLengthBytes);
    }

    /** Null if it is something else. */
    static @Nullable Hello read(ByteBuffer from) {
        if (from.getLong() != MAGIC) {
            return null;
        }
        return new Hello(
                from.getInt(),
                from.getInt(),
                new IpAddress(from.getLong(), from.getLong()),
                from.getInt(),
                from.getInt(),
                from.getInt(),
                from.getInt(),
                from.getLong(),
                from.getLong());
    }
}
