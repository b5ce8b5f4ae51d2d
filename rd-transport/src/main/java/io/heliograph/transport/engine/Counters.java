package io.heliograph.transport.engine;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.EndpointCounters;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What one thread counts: it alone writes, anybody reads. Each engine has one. */
public final class Counters implements EndpointCounters {
    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[EndpointCounter.values().length];

    @Override
    public long get(EndpointCounter counter) {
        return (long) VALUES.getOpaque(values, counter.index());
    }

    /** Counts one; its thread alone. */
    public void increment(EndpointCounter counter) {
        add(counter, 1);
    }

    /** Counts so many; its thread alone. */
    public void add(EndpointCounter counter, long amount) {
        VALUES.setOpaque(values, counter.index(), values[counter.index()] + amount);
    }
}
