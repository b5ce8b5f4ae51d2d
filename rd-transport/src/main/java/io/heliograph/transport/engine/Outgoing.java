package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Port;
import java.lang.foreign.Arena;

/**
 * The frames that wait for the port: those of control packets in front of those of data packets (R12.3), each kind in its order, and of each kind at most a burst.
 *
 * <p>All are in one burst, so that what a duty cycle wrote goes in one call. Data frames are moved on only while the port kept some back.
 */
final class Outgoing {
    private final Burst frames;
    /** How many of them, at the front, are control packets. */
    private int control;

    Outgoing(Arena arena) {
        frames = new Burst(arena, 2 * Tunables.BURST_FRAMES);
    }

    /** Control packets that there is room for. */
    int controlRoom() {
        return Tunables.BURST_FRAMES - control;
    }

    /** Data packets that there is room for. */
    int dataRoom() {
        return Tunables.BURST_FRAMES - (frames.size() - control);
    }

    void addControl(long frame) {
        frames.insert(control++, frame);
    }

    void addData(long frame) {
        frames.add(frame);
    }

    boolean isEmpty() {
        return frames.size() == 0;
    }

    /** Hands over what the port takes, from the first on; returns how many frames went. */
    int send(Port port) {
        if (isEmpty()) {
            return 0;
        }
        int sent = port.send(frames);
        control = Math.max(0, control - sent);
        return sent;
    }

    /** Gives all of them back to the port, unsent. */
    void release(Port port) {
        port.release(frames);
        control = 0;
    }
}
