package io.heliograph.emulator.event;

/** Something that acts at moments of virtual time: a link, a host, a switch's timer. */
@FunctionalInterface
public interface Actor {
    /** Acts; its moment is over, and it schedules itself again if there is another. */
    void act(long nowPs);
}
