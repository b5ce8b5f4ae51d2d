package io.heliograph.transport.port;

/**
 * What passed through a port since it was opened; bytes are Ethernet bytes without FCS.
 *
 * @param receivedFrames frames handed to the caller
 * @param receivedBytes their bytes
 * @param sentFrames frames accepted from the caller
 * @param sentBytes their bytes
 * @param receiveDrops frames that arrived and were lost for want of room, or that the port does not hand on (too long, in several buffers)
 * @param sendDrops frames that were accepted and then lost
 */
public record PortStatistics(
        long receivedFrames, long receivedBytes, long sentFrames, long sentBytes, long receiveDrops, long sendDrops) {}
