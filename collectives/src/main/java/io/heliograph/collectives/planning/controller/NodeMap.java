package io.heliograph.collectives.planning.controller;

import io.heliograph.transport.IpAddress;
import io.heliograph.transport.rate.RatePolicy;

/** What a node knows of the network that is shared out: who has which number, and how packets are made to take a path. No method allocates. */
public interface NodeMap {
    /** Not one of the controller's nodes. */
    int OTHER = -1;

    /** The number of the node with an address, or {@link #OTHER}. */
    int node(IpAddress address);

    /**
     * The entropy value of packets to a node that are to take a path.
     *
     * @param path as {@link GrantedNode#path()}; {@link GrantedNode#NONE} where there is but one way
     * @return {@link RatePolicy#ANY_PATH} if it does not matter
     */
    int entropy(int destination, int path);
}
