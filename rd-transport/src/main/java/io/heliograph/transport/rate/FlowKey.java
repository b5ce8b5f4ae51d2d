package io.heliograph.transport.rate;

import io.heliograph.transport.IpAddress;

/**
 * The name of a flow in a rate table.
 *
 * @param source the node that sends
 * @param destination the node that receives
 * @param trafficClass 0 to 7, as in IEEE 802.1Q
 */
public record FlowKey(IpAddress source, IpAddress destination, int trafficClass) {
    /** Traffic classes of IEEE 802.1Q. */
    public static final int TRAFFIC_CLASSES = 8;

    @Override
    public String toString() {
        return source + "->" + destination + "/" + trafficClass;
    }
}
