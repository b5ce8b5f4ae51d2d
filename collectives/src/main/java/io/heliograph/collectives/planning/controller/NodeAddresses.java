package io.heliograph.collectives.planning.controller;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.RatePolicy;
import java.util.List;

/** Nodes by their addresses, on a network where nobody knows which entropy value takes which path. No method allocates. */
public final class NodeAddresses implements NodeMap {
    private final long[] high;
    private final long[] low;

    /** The addresses of nodes 0 and up. */
    public NodeAddresses(List<IpAddress> addresses) {
        high = addresses.stream().mapToLong(IpAddress::high).toArray();
        low = addresses.stream().mapToLong(IpAddress::low).toArray();
    }

    /** The number of the node with an address, or {@link NodeMap#OTHER}. */
    int node(long addressHigh, long addressLow) {
        for (int node = 0; node < low.length; node++) {
            if (low[node] == addressLow && high[node] == addressHigh) {
                return node;
            }
        }
        return OTHER;
    }

    @Override
    public int node(IpAddress address) {
        return node(address.high(), address.low());
    }

    @Override
    public int entropy(int destination, int path) {
        return RatePolicy.ANY_PATH;
    }
}
