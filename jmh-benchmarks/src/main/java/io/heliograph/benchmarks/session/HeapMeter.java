package io.heliograph.benchmarks.session;

import com.sun.management.ThreadMXBean;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointCounter;
import java.lang.management.ManagementFactory;

/**
 * Heap bytes that the calling thread allocates for each data packet it sends or accepts, from {@link #start} to {@link
 * #stop}. Call it on the thread that turns the endpoint, after warm-up; it allocates nothing itself.
 */
public final class HeapMeter {

    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Endpoint endpoint;
    private long startBytes;
    private long startPackets;
    private double bytesPerPacket;

    /** A meter for one endpoint. */
    public HeapMeter(Endpoint endpoint) {
        this.endpoint = endpoint;
        start();
        stop(); // what only the first call allocates
    }

    /** Begins to count. */
    public void start() {
        startPackets = packets();
        startBytes = THREADS.getCurrentThreadAllocatedBytes();
    }

    /** Ends the count. */
    public void stop() {
        long bytes = THREADS.getCurrentThreadAllocatedBytes() - startBytes;
        bytesPerPacket = (double) bytes / Math.max(1, packets() - startPackets);
    }

    /** The result of the last count. */
    public double bytesPerPacket() {
        return bytesPerPacket;
    }

    private long packets() {
        return endpoint.counters().get(EndpointCounter.DATA_SENT)
                + endpoint.counters().get(EndpointCounter.DATA_ACCEPTED);
    }
}
