package io.heliograph.benchmarks.forward;

import io.heliograph.transport.port.DpdkPortConfig;

/**
 * What both sides are given alike.
 *
 * @param vdev device with its arguments as DPDK documents them, such as {@code net_ring0}
 * @param mode what is done to frames
 * @param burstFrames frames asked for and sent at once; as many circulate
 * @param seconds measured in each round
 * @param forwardingCpu where the loop runs
 * @param otherCpu where testpmd's main thread waits
 * @param testpmdMbufBytes headroom and room of testpmd's mbufs; ours are {@link #MBUF_BYTES}
 */
public record ForwardPlan(
        String vdev,
        ForwardMode mode,
        int burstFrames,
        double seconds,
        int forwardingCpu,
        int otherCpu,
        int testpmdMbufBytes) {

    /** Descriptors of each queue. */
    public static final int DESCRIPTORS = 1024;

    /** Memory for DPDK, normal pages. */
    public static final int MEMORY_MEGABYTES = 256;

    /** Headroom and room of our mbufs, and by default of testpmd's. */
    public static final int MBUF_BYTES = 2176;

    /** What {@link DpdkPortConfig#of} comes to with these descriptors: frames of the pool, and of a thread's cache. */
    static final int POOL_FRAMES = 8191;

    static final int CACHE_FRAMES = 256;
}
