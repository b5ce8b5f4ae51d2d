package io.heliograph.transport.verbs;

import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.EndpointCounters;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** What one thread counts; anybody reads. */
final class Tally implements EndpointCounters {
    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] values = new long[EndpointCounter.values().length];

    @Override
    public long get(EndpointCounter counter) {
        return (long) VALUES.getOpaque(values, counter.index());
    }

    void add(EndpointCounter counter, long amount) {
        VALUES.setOpaque(values, counter.index(), values[counter.index()] + amount);
    }
}
