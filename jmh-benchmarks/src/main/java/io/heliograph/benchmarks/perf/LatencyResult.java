package io.heliograph.benchmarks.perf;

import org.HdrHistogram.Histogram;

/**
 * One size of {@code write-lat}.
 *
 * @param bytes message size
 * @param iterations round trips
 * @param roundTripsNs their times
 * @param elapsedNs of all of them
 * @param packets data packets sent by the client, retransmissions included
 * @param retransmitted data packets sent again by either end
 * @param heapBytesPerPacket of the client's polling thread
 * @param serverHeapBytesPerPacket of the server's
 * @param wrong pongs whose payload or immediate was not the ping's
 */
public record LatencyResult(
        long bytes,
        long iterations,
        Histogram roundTripsNs,
        long elapsedNs,
        long packets,
        long retransmitted,
        double heapBytesPerPacket,
        double serverHeapBytesPerPacket,
        long wrong) {

    private static final double NS_PER_US = 1e3;
    private static final double HALF = 2;

    /** Half the shortest round trip, in microseconds. */
    public double leastUs() {
        return roundTripsNs.getMinValue() / NS_PER_US / HALF;
    }

    /** Half the round trip that {@code percent} of all do not exceed, in microseconds. */
    public double percentileUs(double percent) {
        return roundTripsNs.getValueAtPercentile(percent) / NS_PER_US / HALF;
    }

    /** Half the longest round trip, in microseconds. */
    public double mostUs() {
        return roundTripsNs.getMaxValue() / NS_PER_US / HALF;
    }
}
