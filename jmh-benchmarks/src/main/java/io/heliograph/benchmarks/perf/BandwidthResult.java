package io.heliograph.benchmarks.perf;

import io.heliograph.benchmarks.session.Message;

/**
 * One size of {@code write-bw} as the client measured it, and what the server found.
 *
 * @param bytes message size
 * @param iterations messages
 * @param elapsedNs from the first post to the last completion
 * @param peakBytesPerSecond of the best slice
 * @param packets data packets sent, retransmissions included
 * @param retransmitted data packets sent again
 * @param heapBytesPerPacket of the client's polling thread
 * @param serverHeapBytesPerPacket of the server's
 * @param checked messages that the server looked at
 * @param wrong those of them that did not hold what was sent
 */
public record BandwidthResult(
        long bytes,
        long iterations,
        long elapsedNs,
        double peakBytesPerSecond,
        long packets,
        long retransmitted,
        double heapBytesPerPacket,
        double serverHeapBytesPerPacket,
        long checked,
        long wrong) {

    private static final double BITS_PER_BYTE = 8;
    private static final double NS_PER_SECOND = 1e9;

    BandwidthResult(
            Slices slices,
            long bytes,
            long iterations,
            long packets,
            long retransmitted,
            double heap,
            Message verdict) {
        this(
                bytes,
                iterations,
                slices.elapsedNs(),
                slices.peakPerNs() * bytes * NS_PER_SECOND,
                packets,
                retransmitted,
                heap,
                verdict.measure("heapBytesPerPacket"),
                verdict.number("checked", 0, Long.MAX_VALUE),
                verdict.number("wrong", 0, Long.MAX_VALUE));
    }

    /** Payload bits of the best slice, in units of 10^9 a second. */
    public double peakGbitPerSecond() {
        // A run of less than a slice has its average for peak: the same number, not one that another rounding makes
        // smaller.
        return Math.max(peakBytesPerSecond * BITS_PER_BYTE / NS_PER_SECOND, averageGbitPerSecond());
    }

    /** Payload bits, in units of 10^9 a second. */
    public double averageGbitPerSecond() {
        return bytes * iterations * BITS_PER_BYTE / elapsedNs;
    }

    /** Messages, in units of 10^6 a second. */
    public double messagesMpps() {
        return iterations * 1e3 / elapsedNs;
    }

    /** Data packets, retransmissions included, in units of 10^6 a second. */
    public double packetsMpps() {
        return packets * 1e3 / elapsedNs;
    }
}
