package io.heliograph.transport.verbs;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a {@link Hello}: 32 bytes, big-endian.
 *
 * <pre>
 *  0  magic (64)        "HELIORC2"
 *  8  incarnation (32)
 * 12  accepted (32)     1, or 0 for want of room: try again
 * 16  queue pair (32)
 * 20  first PSN (32)    24 bits; nothing is sent this way
 * 24  path MTU (32)     bytes, the smaller one of both
 * 28  reason (32)       why the write was refused, a code of CompletionStatus
 * </pre>
 */
record Answer(int incarnation, boolean accepted, int queuePair, int firstPsn, int mtuBytes, int reason) {
    static final int BYTES = 32;
    private static final long MAGIC = 0x4845_4c49_4f52_4332L;

    static Answer refusal(int incarnation) {
        return new Answer(incarnation, false, 0, 0, 0, 0);
    }

    void write(ByteBuffer to) {
        to.putLong(MAGIC).putInt(incarnation).putInt(accepted ? 1 : 0);
        to.putInt(queuePair).putInt(firstPsn).putInt(mtuBytes).putInt(reason);
    }

    /** Null if it is something else. */
    static @Nullable Answer read(ByteBuffer from) {
        if (from.getLong() != MAGIC) {
            return null;
        }
        return new Answer(
                from.getInt(), from.getInt() == 1, from.getInt(), from.getInt(), from.getInt(), from.getInt());
    }
}
