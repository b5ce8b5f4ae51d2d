package io.heliograph.transport.simulation;

/**
 * What does not change in a scenario.
 *
 * @param nodes 2 to {@link Simulation#MAX_NODES}
 * @param portsPerNode ports, and with them engines, of each node
 * @param isIpv4 or IPv6
 * @param mtuBytes the largest IP packet, up to {@link FramePool#MAX_MTU_BYTES}
 * @param windowPackets W
 * @param workQueues of each node
 * @param submissionEntries posts outstanding at once
 * @param receiveSlots immediates that wait to be polled
 * @param portFrames frames that a port's user may hold at once
 * @param arrivalFrames frames that wait for or travel to a port at once; more are lost
 * @param paths between two nodes, a power of two: the entropy's low bits choose
 * @param pathNs the first path's delay
 * @param pathStepNs how much longer each next path takes
 * @param frameNs how long a path is busy with a frame
 * @param peerTimeoutNs see {@link io.heliograph.transport.EndpointConfig#peerTimeoutNs}
 * @param relationsMayEnd whether PEER_GONE and PEER_RESTARTED are possible: the peer timeout is short or nodes restart
 */
public record Settings(
        int nodes,
        int portsPerNode,
        boolean isIpv4,
        int mtuBytes,
        int windowPackets,
        int workQueues,
        int submissionEntries,
        int receiveSlots,
        int portFrames,
        int arrivalFrames,
        int paths,
        long pathNs,
        long pathStepNs,
        long frameNs,
        long peerTimeoutNs,
        boolean relationsMayEnd) {}
