package io.heliograph.benchmarks.forward;

/**
 * What one side forwarded in one round.
 *
 * @param packets frames sent while the processor time was counted
 * @param cpuNs nanoseconds that the forwarding thread ran
 * @param wallMpps million packets a second by the clock
 * @param heapBytesPerPacket what the loop allocated; 0 for testpmd, which has no heap of this kind
 */
public record ForwardRate(long packets, long cpuNs, double wallMpps, double heapBytesPerPacket) {

    private static final double NS_PER_US = 1_000;

    /** Million packets for each second that the thread ran: what the loop is worth, however much of a shared processor it got. */
    public double mpps() {
        return packets * NS_PER_US / cpuNs;
    }

    /** Nanoseconds that the thread ran for a packet. */
    public double nsPerPacket() {
        return (double) cpuNs / packets;
    }

    /** The part of the time that the thread ran. */
    public double cpuShare() {
        return wallMpps / mpps();
    }
}
