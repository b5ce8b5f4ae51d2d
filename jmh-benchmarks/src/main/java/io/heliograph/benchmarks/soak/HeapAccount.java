package io.heliograph.benchmarks.soak;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;

/**
 * Heap bytes that the threads of an end's traffic allocated while they moved traffic: what the calling thread does between {@link #enter}
 * and {@link #leave} (talk over the rendezvous, registrations, restarts) does not count. One thread; allocates nothing.
 */
final class HeapAccount {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private long[] engineThreadIds = {};
    private long formerEngineBytes;
    private long lastEngineBytes;
    private long apartBytes = THREADS.getCurrentThreadAllocatedBytes();
    private long enteredBytes;
    private long countedBytes;

    /** From now on these threads do the engines' work. */
    void threads(long[] newEngineThreadIds) {
        engineThreadIds = newEngineThreadIds;
        formerEngineBytes = lastEngineBytes; // those threads may have ended
        formerEngineBytes -= engineBytes() - formerEngineBytes;
        lastEngineBytes = engineBytes();
    }

    /** What follows does not count. */
    void enter() {
        enteredBytes = THREADS.getCurrentThreadAllocatedBytes();
    }

    /** What follows counts. */
    void leave() {
        apartBytes += THREADS.getCurrentThreadAllocatedBytes() - enteredBytes;
    }

    /** What was allocated since the last look counts or does not. */
    void look(boolean counts) {
        if (!counts) {
            apartBytes += allBytes() - countedBytes;
        }
        countedBytes = allBytes();
    }

    /** Bytes as of the last {@link #look}. */
    long trafficBytes() {
        return countedBytes;
    }

    private long allBytes() {
        lastEngineBytes = engineBytes();
        return THREADS.getCurrentThreadAllocatedBytes() - apartBytes + lastEngineBytes;
    }

    private long engineBytes() {
        long bytes = formerEngineBytes;
        for (long id : engineThreadIds) {
            bytes += THREADS.getThreadAllocatedBytes(id);
        }
        return bytes;
    }
}
