package io.heliograph.emulator.fabric;

/** What links begin and end at: a switch, or a port of a host. */
public interface Node {
    /** For people. */
    String name();

    /** Takes a frame whose last bit came out of a link. */
    void receive(Link link, long frame, long nowPs);

    /** Takes note that a frame of its own begins to leave by a link. It is out of the queue; the link has not looked at it yet. */
    void departed(Link link, long frame, long nowPs);
}
