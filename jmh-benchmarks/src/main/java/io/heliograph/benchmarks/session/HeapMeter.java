package io.heliograph.benchmarks.session;

import com.sun.management.ThreadMXBean;
import io.heliograph.transport.EndpointCounter;
import java.lang.management.ManagementFactory;

/**
 * Heap bytes that the calling thread and the engines' threads allocate for each data packet the endpoint sends or accepts, from {@link
 * #start} to {@link #stop}. Call it on the thread that turns the session, after warm-up; it allocates nothing itself.
 */
public final class HeapMeter {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Session session;
    private final long[] engineThreadIds;
    private long startBytes;
    private long startPackets;
    private double bytesPerPacket;

    /** A meter for one session. */
    public HeapMeter(Session session) {
        this.session = session;
        this.engineThreadIds = session.engineThreadIds();
        start();
        stop(); // what only the first call allocates
    }

    /** Begins to count. */
    public void start() {
        startPackets = packets();
        startBytes = bytes();
    }

    /** Ends the count. */
    public void stop() {
        bytesPerPacket = (double) (bytes() - startBytes) / Math.max(1, packets() - startPackets);
    }

    /** The result of the last count. */
    public double bytesPerPacket() {
        return bytesPerPacket;
    }

    private long bytes() {
        long bytes = THREADS.getCurrentThreadAllocatedBytes();
        for (long id : engineThreadIds) {
            bytes += THREADS.getThreadAllocatedBytes(id);
        }
        return bytes;
    }

    private long packets() {
        return session.count(EndpointCounter.DATA_SENT) + session.count(EndpointCounter.DATA_ACCEPTED);
    }
}
