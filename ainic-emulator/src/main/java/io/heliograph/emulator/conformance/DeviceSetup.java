package io.heliograph.emulator.conformance;

/**
 * How a device is set up for a scenario.
 *
 * @param seed of its chance
 * @param incarnation what its relations begin with
 * @param startNs what its clock shows first
 * @param mtuBytes the largest IP packet
 * @param windowPackets W
 * @param receiveSlots immediates that wait, of each engine
 * @param maxPeers entries of its table of peers
 * @param engines how many
 * @param lineRateBitsPerSecond of its port
 * @param flowControl whether priority pauses count
 * @param ipv6 whether it speaks IPv6
 * @param node the last number of its address: 1, or another for the peer that a device is joined to
 * @param waveform a VCD file for devices that draw one; empty for none
 */
public record DeviceSetup(
        long seed,
        int incarnation,
        long startNs,
        int mtuBytes,
        int windowPackets,
        int receiveSlots,
        int maxPeers,
        int engines,
        long lineRateBitsPerSecond,
        boolean flowControl,
        boolean ipv6,
        int node,
        String waveform) {
    /** Work queues. */
    public static final int QUEUES = 4;
    /** The class of queue 1; all others have 0. */
    public static final int CLASS_OF_QUEUE_1 = 3;
    /** What scenarios take if they name nothing else. */
    public static final DeviceSetup DEFAULT =
            new DeviceSetup(1, 1000, 1_000_000_000L, 576, 64, 8, 8, 1, 100_000_000_000L, false, false, 1, "");

    /** The device's address: over IPv4 of the benchmarking network of RFC 2544. */
    public String address() {
        return ipv6 ? "fd00::" + Integer.toHexString(node) : "198.18.0." + node;
    }

    /** The same with chance of its own. */
    public DeviceSetup with(long newSeed, int newIncarnation, long newStartNs) {
        return new DeviceSetup(
                newSeed,
                newIncarnation,
                newStartNs,
                mtuBytes,
                windowPackets,
                receiveSlots,
                maxPeers,
                engines,
                lineRateBitsPerSecond,
                flowControl,
                ipv6,
                node,
                waveform);
    }

    /** The same with another {@link #waveform}. */
    public DeviceSetup withWaveform(String file) {
        return new DeviceSetup(
                seed,
                incarnation,
                startNs,
                mtuBytes,
                windowPackets,
                receiveSlots,
                maxPeers,
                engines,
                lineRateBitsPerSecond,
                flowControl,
                ipv6,
                node,
                file);
    }

    /** The same for another {@link #node}. */
    public DeviceSetup withNode(int number) {
        return new DeviceSetup(
                seed,
                incarnation,
                startNs,
                mtuBytes,
                windowPackets,
                receiveSlots,
                maxPeers,
                engines,
                lineRateBitsPerSecond,
                flowControl,
                ipv6,
                number,
                waveform);
    }

    /** The same with other packets: {@link #mtuBytes} and {@link #windowPackets}. */
    public DeviceSetup withPackets(int mtu, int window) {
        return new DeviceSetup(
                seed,
                incarnation,
                startNs,
                mtu,
                window,
                receiveSlots,
                maxPeers,
                engines,
                lineRateBitsPerSecond,
                flowControl,
                ipv6,
                node,
                waveform);
    }
}
