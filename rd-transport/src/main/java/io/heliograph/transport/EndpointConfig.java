package io.heliograph.transport;

/**
 * What an endpoint is opened with; every value but the address has a default.
 *
 * @param address this node's own, IPv4 or IPv6
 * @param udpPort destination port of all packets
 * @param incarnation what this node's relations start with, not 0; must be after that of any former node with this address (R1.2)
 * @param windowPackets W of R4.3, a power of two; the same at all nodes
 * @param workQueues own work queues
 * @param submissionEntries posts outstanding at once, a power of two
 * @param receiveSlots immediates that wait for being polled at once, a power of two (R7.1)
 * @param maxPeers other nodes, known by number or by having sent something
 * @param maxRegions memory regions registered at once
 * @param peerTimeoutNs when a silent peer is gone (R1.8), nanoseconds
 */
public record EndpointConfig(
        IpAddress address,
        int udpPort,
        int incarnation,
        int windowPackets,
        int workQueues,
        int submissionEntries,
        int receiveSlots,
        int maxPeers,
        int maxRegions,
        long peerTimeoutNs) {
    /** The UDP destination port of RoCEv2, assigned by IANA. */
    public static final int ROCE_V2_PORT = 4791;

    /** Checks the ranges. */
    public EndpointConfig {
        requireRange("udpPort", udpPort, 1, 0xffff);
        requirePowerOfTwo("windowPackets", windowPackets, Tunables.MIN_WINDOW_PACKETS, Tunables.MAX_WINDOW_PACKETS);
        requireRange("workQueues", workQueues, 1, Tunables.MAX_PEER_QUEUES);
        requirePowerOfTwo("submissionEntries", submissionEntries, 1, 1 << 20);
        requirePowerOfTwo("receiveSlots", receiveSlots, 1, 1 << 20);
        requireRange("maxPeers", maxPeers, 1, 1 << 20);
        requireRange("maxRegions", maxRegions, 1, 1 << 16);
        if (incarnation == 0) {
            throw new IllegalArgumentException("endpoint: incarnation=0; 0 means unknown, choose another");
        }
        if (peerTimeoutNs < 2 * Tunables.MAX_RTO_NS) {
            throw new IllegalArgumentException("endpoint: peerTimeoutNs=" + peerTimeoutNs
                    + "; at least two of the greatest retransmission timeouts, " + 2 * Tunables.MAX_RTO_NS);
        }
    }

    /** The defaults; the incarnation is taken from the wall clock, in milliseconds. */
    public static EndpointConfig of(IpAddress address) {
        return new EndpointConfig(
                address,
                ROCE_V2_PORT,
                SystemClock.incarnation(),
                Tunables.WINDOW_PACKETS,
                4,
                1024,
                1024,
                1024,
                1024,
                Tunables.PEER_TIMEOUT_NS);
    }

    /** The same with another UDP port. */
    public EndpointConfig withUdpPort(int value) {
        return new EndpointConfig(
                address,
                value,
                incarnation,
                windowPackets,
                workQueues,
                submissionEntries,
                receiveSlots,
                maxPeers,
                maxRegions,
                peerTimeoutNs);
    }

    /** The same with another incarnation. */
    public EndpointConfig withIncarnation(int value) {
        return new EndpointConfig(
                address,
                udpPort,
                value,
                windowPackets,
                workQueues,
                submissionEntries,
                receiveSlots,
                maxPeers,
                maxRegions,
                peerTimeoutNs);
    }

    /** The same with another window. */
    public EndpointConfig withWindowPackets(int value) {
        return new EndpointConfig(
                address,
                udpPort,
                incarnation,
                value,
                workQueues,
                submissionEntries,
                receiveSlots,
                maxPeers,
                maxRegions,
                peerTimeoutNs);
    }

    /** The same with room for another number of posts. */
    public EndpointConfig withSubmissionEntries(int value) {
        return new EndpointConfig(
                address,
                udpPort,
                incarnation,
                windowPackets,
                workQueues,
                value,
                receiveSlots,
                maxPeers,
                maxRegions,
                peerTimeoutNs);
    }

    /** The same with another number of receive slots. */
    public EndpointConfig withReceiveSlots(int value) {
        return new EndpointConfig(
                address,
                udpPort,
                incarnation,
                windowPackets,
                workQueues,
                submissionEntries,
                value,
                maxPeers,
                maxRegions,
                peerTimeoutNs);
    }

    /** The same with room for another number of peers. */
    public EndpointConfig withMaxPeers(int value) {
        return new EndpointConfig(
                address,
                udpPort,
                incarnation,
                windowPackets,
                workQueues,
                submissionEntries,
                receiveSlots,
                value,
                maxRegions,
                peerTimeoutNs);
    }

    /** The same with another peer timeout. */
    public EndpointConfig withPeerTimeoutNs(long value) {
        return new EndpointConfig(
                address,
                udpPort,
                incarnation,
                windowPackets,
                workQueues,
                submissionEntries,
                receiveSlots,
                maxPeers,
                maxRegions,
                value);
    }

    private static void requireRange(String name, long value, long least, long greatest) {
        if (value < least || value > greatest) {
            throw new IllegalArgumentException(
                    "endpoint: " + name + "=" + value + "; from " + least + " to " + greatest + " is possible");
        }
    }

    private static void requirePowerOfTwo(String name, int value, int least, int greatest) {
        requireRange(name, value, least, greatest);
        if (Integer.bitCount(value) != 1) {
            throw new IllegalArgumentException("endpoint: " + name + "=" + value + "; choose a power of two");
        }
    }
}
