package io.heliograph.emulator.driver;

import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import java.util.List;

/**
 * What a driver sets a device up with. Immutable.
 *
 * @param address the node's
 * @param incarnation what relations begin with, not 0; after that of any earlier life
 * @param udpPort destination port of all packets
 * @param trafficClasses of the queues, from queue 0 on; as many as are used
 * @param ringEntries of each submission ring, a power of two; completion rings have twice as many
 * @param eventEntries of the event queue, a power of two
 * @param peerTimeoutNs when a silent peer is gone
 * @param flowControl whether priority pause frames are listened to; the device must have the feature
 */
public record DriverConfig(
        IpAddress address,
        int incarnation,
        int udpPort,
        List<Integer> trafficClasses,
        int ringEntries,
        int eventEntries,
        long peerTimeoutNs,
        boolean flowControl) {
    private static final long PEER_TIMEOUT_NS = 2_000_000_000L;

    /** Checks what the device does not, and copies. */
    public DriverConfig {
        trafficClasses = List.copyOf(trafficClasses);
        if (trafficClasses.isEmpty()) {
            throw new IllegalArgumentException("driver: trafficClasses=[]; one for each queue, of which one is used");
        }
    }

    /** Four queues of class 0 with 256 entries. */
    public static DriverConfig of(IpAddress address, int incarnation) {
        return new DriverConfig(
                address,
                incarnation,
                EndpointConfig.ROCE_V2_PORT,
                List.of(0, 0, 0, 0),
                256,
                256,
                PEER_TIMEOUT_NS,
                false);
    }

    /** Queues that are used. */
    public int queues() {
        return trafficClasses.size();
    }

    /** The same with another {@link #ringEntries}. */
    public DriverConfig withRingEntries(int value) {
        return new DriverConfig(
                address, incarnation, udpPort, trafficClasses, value, eventEntries, peerTimeoutNs, flowControl);
    }

    /** The same with other {@link #trafficClasses}. */
    public DriverConfig withTrafficClasses(List<Integer> value) {
        return new DriverConfig(
                address, incarnation, udpPort, value, ringEntries, eventEntries, peerTimeoutNs, flowControl);
    }

    /** The same with or without {@link #flowControl}. */
    public DriverConfig withFlowControl(boolean value) {
        return new DriverConfig(
                address, incarnation, udpPort, trafficClasses, ringEntries, eventEntries, peerTimeoutNs, value);
    }
}
