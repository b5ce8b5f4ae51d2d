package io.heliograph.transport.simulation;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SequenceOrigin;

/**
 * What does not change in a scenario.
 *
 * @param nodes 2 to {@link Simulation#MAX_NODES}
 * @param portsPerNode ports, and with them engines, of each node
 * @param isIpv4 or IPv6
 * @param mtuBytes the largest IP packet, up to {@link FramePool#MAX_MTU_BYTES}
 * @param sequences windows, and what numbers begin with
 * @param workQueues of each node
 * @param submissionEntries posts outstanding at once
 * @param receiveSlots immediates that wait to be polled
 * @param strangerRoom how many others node 0 has room for, who are all strangers to it, and it posts nothing; 0 if all know each other
 * @param peerTimeoutNs see {@link io.heliograph.transport.EndpointConfig#peerTimeoutNs}
 * @param relationsMayEnd whether PEER_GONE and PEER_RESTARTED are possible: the peer timeout is short, nodes restart or strangers give way to others
 * @param sending how nodes send
 * @param links what is between them
 */
public record Settings(
        int nodes,
        int portsPerNode,
        boolean isIpv4,
        int mtuBytes,
        Sequences sequences,
        int workQueues,
        int submissionEntries,
        int receiveSlots,
        int strangerRoom,
        long peerTimeoutNs,
        boolean relationsMayEnd,
        Sending sending,
        Links links) {

    private static final int IPV4_NET = 0xC612_0000;
    private static final long IPV6_NET = 0xFD00_0000_0000_0000L;

    /** A node's address, also of a node that there is not. */
    IpAddress address(int node) {
        return isIpv4 ? IpAddress.ofIpv4(IPV4_NET | node + 1) : new IpAddress(IPV6_NET, node + 1);
    }

    /** The node that has an address, or -1. */
    int nodeAt(long high, long low) {
        int node = (int) low - (isIpv4 ? IPV4_NET : 0) - 1;
        boolean found = node >= 0
                && node < nodes
                && address(node).high() == high
                && address(node).low() == low;
        return found ? node : -1;
    }

    /**
     * How packets and messages are numbered.
     *
     * @param windowPackets W of R4.3
     * @param oddWindowPackets W of the nodes with odd numbers; all should have the same, and those who have not are refused what is beyond
     * @param origin what flows and queues begin with, at all nodes
     */
    public record Sequences(int windowPackets, int oddWindowPackets, SequenceOrigin origin) {
        /** The least window, from 0 on. */
        public static final Sequences USUAL = new Sequences(64, 64, SequenceOrigin.ZERO);

        /** W of one node. */
        int windowPackets(int node) {
            return node % 2 == 0 ? windowPackets : oddWindowPackets;
        }
    }

    /** What decides when packets leave. */
    public enum Rates {
        /** Line rate, and rate tables while there is one. */
        TABLES,
        /** Line rate alone. */
        LINE,
        /** Windows that grow and shrink with the delay. */
        SWIFT
    }

    /**
     * How nodes send.
     *
     * @param stripePackets messages of as many packets and more are striped over all engines
     * @param trafficClasses queues have these in turn
     * @param rates the rate policy
     * @param flowControl whether priority pauses are honoured and sent
     * @param deniedPaths a bit for each of {@link io.heliograph.transport.Tunables#ENTROPY_VALUES} paths that the operator of the nodes with even numbers denies from the start
     */
    public record Sending(int stripePackets, int trafficClasses, Rates rates, boolean flowControl, long deniedPaths) {
        /** The protocol's defaults, but for short stripes. */
        public static final Sending USUAL = new Sending(2, 1, Rates.TABLES, false, 0);

        /** The paths that one node's operator denies from the start. */
        long deniedPaths(int node) {
            return node % 2 == 0 ? deniedPaths : 0;
        }

        /** The traffic class of a work queue; not always 0, the default. */
        int trafficClass(int queue) {
            return trafficClasses == 1 ? 0 : (queue + 1) % trafficClasses;
        }
    }

    /**
     * What is between nodes.
     *
     * @param portFrames frames that a port's user may hold at once
     * @param arrivalFrames frames that wait for or travel to a port at once; more are lost
     * @param paths between two nodes, a power of two: the entropy's low bits choose
     * @param pathNs the first path's delay
     * @param pathStepNs how much longer each next path takes
     * @param frameNs how long a path is busy with a frame
     * @param astray so many frames in {@value Event#ALWAYS} come to any of a node's ports, not to that of the engine which they name
     */
    public record Links(
            int portFrames, int arrivalFrames, int paths, long pathNs, long pathStepNs, long frameNs, int astray) {}
}
