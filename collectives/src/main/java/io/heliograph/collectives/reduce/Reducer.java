package io.heliograph.collectives.reduce;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.collectives.ReduceOperation;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;

/** Reduces memories of one data type, element by element. Stateless; any thread; allocates nothing. */
public abstract class Reducer {
    /** All memory, so that vectors load and store by address. */
    static final MemorySegment MEMORY = NativeMemory.segment(0, Long.MAX_VALUE);

    static final ByteOrder ORDER = ByteOrder.nativeOrder();

    Reducer() {}

    /**
     * Element i of {@code to} becomes that of {@code left} combined with that of {@code right}, as {@link ReduceOperation} says; an average is a sum here. {@code to} may be
     * {@code left} or {@code right}, but not overlap them otherwise.
     *
     * @param left address, as the two others; they need no alignment
     * @param count elements
     */
    public final void reduce(ReduceOperation operation, long left, long right, long to, long count) {
        switch (operation) {
            case SUM, AVERAGE -> sum(left, right, to, count);
            case PRODUCT -> product(left, right, to, count);
            case MIN -> min(left, right, to, count);
            case MAX -> max(left, right, to, count);
        }
    }

    /** Divides elements by a number of ranks, as {@link ReduceOperation#AVERAGE} says. */
    public abstract void divide(long address, long count, int divisor);

    abstract void sum(long left, long right, long to, long count);

    abstract void product(long left, long right, long to, long count);

    abstract void min(long left, long right, long to, long count);

    abstract void max(long left, long right, long to, long count);
}
