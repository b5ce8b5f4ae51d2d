package io.heliograph.collectives.planning.controller;

import io.heliograph.transport.IpAddress;
import java.util.List;

/**
 * Which node an endpoint is, and what it sends that waits for slots.
 *
 * @param number of the node
 * @param addresses of the nodes, from number 0 on; packets to others do not wait
 * @param trafficClass of the packets that wait, 0 to 7; all others do not
 * @param mtuBytes of the endpoint's port
 */
public record NodePlace(int number, List<IpAddress> addresses, int trafficClass, int mtuBytes) {
    private static final int CLASSES = 8;

    /**
     * Checks the ranges.
     *
     * @throws IllegalArgumentException if there is no such node or class
     */
    public NodePlace {
        addresses = List.copyOf(addresses);
        if (number < 0 || number >= addresses.size() || trafficClass < 0 || trafficClass >= CLASSES) {
            throw new IllegalArgumentException("node: number=" + number + " addresses=" + addresses.size()
                    + " trafficClass=" + trafficClass + "; a number below that of addresses, and class 0 to "
                    + (CLASSES - 1) + " are possible");
        }
    }

    /** Its own address. */
    public IpAddress own() {
        return addresses.get(number);
    }
}
