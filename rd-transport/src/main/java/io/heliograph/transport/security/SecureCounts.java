package io.heliograph.transport.security;

import io.heliograph.transport.port.PortStatistics;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** The counters of one secure port: its thread alone writes, anybody reads. */
final class SecureCounts {
    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);
    private static final SecureCounter[] COUNTERS = SecureCounter.values();
    private static final int RECEIVED_FRAMES = COUNTERS.length;
    private static final int RECEIVED_BYTES = RECEIVED_FRAMES + 1;
    private static final int SENT_FRAMES = RECEIVED_FRAMES + 2;
    private static final int SENT_BYTES = RECEIVED_FRAMES + 3;

    private final long[] values = new long[RECEIVED_FRAMES + 4];

    long get(SecureCounter counter) {
        return get(counter.index());
    }

    void increment(SecureCounter counter) {
        add(counter.index(), 1);
    }

    void received(int frames, long bytes) {
        add(RECEIVED_FRAMES, frames);
        add(RECEIVED_BYTES, bytes);
    }

    void sent(int frames, long bytes) {
        add(SENT_FRAMES, frames);
        add(SENT_BYTES, bytes);
    }

    /** What the caller sees of the traffic: frames without what is added to them. */
    PortStatistics statistics(PortStatistics inner) {
        long receiveDrops = 0;
        for (SecureCounter counter : COUNTERS) {
            receiveDrops += counter.isReceiveDrop() ? get(counter) : 0;
        }
        return new PortStatistics(
                get(RECEIVED_FRAMES),
                get(RECEIVED_BYTES),
                get(SENT_FRAMES),
                get(SENT_BYTES),
                inner.receiveDrops() + receiveDrops,
                inner.sendDrops()
                        + get(SecureCounter.UNSENDABLE)
                        + get(SecureCounter.PEERS_FULL_SENDING)
                        + get(SecureCounter.CIPHER_FAILED));
    }

    private long get(int index) {
        return (long) VALUES.getOpaque(values, index);
    }

    private void add(int index, long amount) {
        VALUES.setOpaque(values, index, values[index] + amount);
    }
}
