package io.heliograph.collectives.planning.controller;

/** Where a packet is written and leaves: the wire as an input. A packet that is begun is ended before the next one; one that cannot leave is as if it were lost. */
public interface ControlSender {
    /** There is no room, or it is not known where the peer is. */
    long NO_ROOM = 0;

    /**
     * Begins a packet.
     *
     * @param node it is for; at a node it is the node's own number, and the controller is meant
     * @param lengthBytes of the UDP payload
     * @return address of the payload, or {@link #NO_ROOM}
     */
    long begin(int node, int lengthBytes);

    /** The packet is written. */
    void end();
}
