package io.heliograph.transport.port;

/**
 * How to open a {@link DpdkPort}.
 *
 * @param device name and arguments as DPDK's drivers document them, such as {@code net_af_xdp0,iface=eth1}, or a PCI address
 * @param mtuBytes the largest IP packet, 576 to 9000
 * @param descriptors of each queue, a power of two; drivers round to what they take
 * @param callerFrames frames for the caller to hold, beyond what the queues hold
 * @param memoryMegabytes memory for DPDK in this process; the first port that is opened decides
 */
public record DpdkPortConfig(String device, int mtuBytes, int descriptors, int callerFrames, int memoryMegabytes) {
    /** Descriptors of each queue, unless told otherwise: twice what one peer has under way (Tunables.WINDOW_PACKETS), so that a receiver that comes late to its ring has lost nothing yet. */
    public static final int DEFAULT_DESCRIPTORS = 2048;

    private static final int DEFAULT_CALLER_FRAMES = 2048;

    /** Enough for several ports with an MTU of 9000; normal pages that are not touched cost nothing. */
    private static final int DEFAULT_MEMORY_MEGABYTES = 1024;

    /** Checks the ranges. */
    public DpdkPortConfig {
        if (device.isBlank()) {
            throw new IllegalArgumentException("no device: give one such as net_af_xdp0,iface=eth1 or 0000:01:00.0");
        }
        if (mtuBytes < LinkLayout.LEAST_MTU_BYTES || mtuBytes > LinkLayout.GREATEST_MTU_BYTES) {
            throw new IllegalArgumentException("MTU out of range: mtuBytes=" + mtuBytes + "; give "
                    + LinkLayout.LEAST_MTU_BYTES + " to " + LinkLayout.GREATEST_MTU_BYTES);
        }
        if (descriptors < 32 || descriptors > 32_768 || Integer.bitCount(descriptors) != 1) {
            throw new IllegalArgumentException(
                    "descriptors not a power of two in range: descriptors=" + descriptors + "; give 32 to 32768");
        }
        if (callerFrames < 32 || callerFrames > 1 << 20) {
            throw new IllegalArgumentException(
                    "frames out of range: callerFrames=" + callerFrames + "; give 32 to " + (1 << 20));
        }
        if (memoryMegabytes < 64) {
            throw new IllegalArgumentException(
                    "too little memory for DPDK: memoryMegabytes=" + memoryMegabytes + "; give at least 64");
        }
    }

    /** A device with everything else as usual. */
    public static DpdkPortConfig of(String device, int mtuBytes) {
        return new DpdkPortConfig(
                device, mtuBytes, DEFAULT_DESCRIPTORS, DEFAULT_CALLER_FRAMES, DEFAULT_MEMORY_MEGABYTES);
    }

    /** The same with other descriptors. */
    public DpdkPortConfig withDescriptors(int count) {
        return new DpdkPortConfig(device, mtuBytes, count, callerFrames, memoryMegabytes);
    }

    /** The same with other memory. */
    public DpdkPortConfig withMemoryMegabytes(int megabytes) {
        return new DpdkPortConfig(device, mtuBytes, descriptors, callerFrames, megabytes);
    }
}
