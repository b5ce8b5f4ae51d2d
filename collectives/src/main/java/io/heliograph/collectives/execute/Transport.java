package io.heliograph.collectives.execute;

import io.heliograph.transport.Endpoint;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import java.lang.foreign.SegmentAllocator;

/**
 * What carries a communicator's chunks.
 *
 * @param endpoint nobody else posts to it or polls it; the communicator does not close it
 * @param memory allocates what peers may write to; it lives as long as the endpoint
 * @param turnsPerWork how often completions are looked at for each duty cycle of the endpoint; 0 if an agent does those
 */
public record Transport(Endpoint endpoint, SegmentAllocator memory, int turnsPerWork) {
    /** A duty cycle does nothing for messages that are under way, but makes links and looks whether peers live. */
    private static final int TURNS_PER_WORK_DIRECT = 32;

    /**
     * One that moves packets in its duty cycle, and places them in any native memory. The communicator does the duty cycles, in its calls alone: between them nothing is acknowledged or sent again, so a
     * rank that computes for longer than the endpoint's peer timeout may be taken for gone. Where packets are lost, {@link #withAgent} is better.
     */
    public static Transport of(Endpoint endpoint, SegmentAllocator memory) {
        return new Transport(endpoint, memory, 1);
    }

    /** As {@link #of(Endpoint, SegmentAllocator)}, where an agent does the duty cycles, see {@link io.heliograph.transport.endpoint.EndpointAgent}. */
    public static Transport withAgent(Endpoint endpoint, SegmentAllocator memory) {
        return new Transport(endpoint, memory, 0);
    }

    /** Direct placement in shared memory. */
    public static Transport of(SharedMemoryEndpoint endpoint) {
        return new Transport(endpoint, endpoint, TURNS_PER_WORK_DIRECT);
    }

    /** A duty cycle, unless an agent does them. */
    void work() {
        if (turnsPerWork > 0) {
            endpoint.doWork();
        }
    }
}
