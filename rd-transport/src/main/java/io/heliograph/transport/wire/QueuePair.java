package io.heliograph.transport.wire;

/** DestQP and SrcQP, 24 bits: an engine in bits 16 to 23 and a work queue in bits 0 to 15. */
public final class QueuePair {
    private QueuePair() {}

    /** The 24 bits for an engine (0 to 255) and a queue (0 to 65,535). */
    public static int of(int engine, int queue) {
        return (engine & 0xFF) << 16 | (queue & 0xFFFF);
    }

    /** The engine. */
    public static int engine(int queuePair) {
        return queuePair >>> 16 & 0xFF;
    }

    /** The work queue. */
    public static int queue(int queuePair) {
        return queuePair & 0xFFFF;
    }
}
