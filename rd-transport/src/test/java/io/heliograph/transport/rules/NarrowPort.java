package io.heliograph.transport.rules;

import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortWrapper;

/** A port that takes as many frames to send as it is told to, and then none. */
final class NarrowPort extends PortWrapper {
    private int room = Integer.MAX_VALUE;

    NarrowPort(Port port) {
        super(port);
    }

    /** From now on it takes so many frames. */
    void takes(int frames) {
        room = frames;
    }

    @Override
    public int send(Burst burst) {
        int size = burst.size();
        int part = Math.min(size, room);
        if (part == 0) {
            return 0;
        }
        burst.size(part);
        int sent = port.send(burst);
        for (int i = part; i < size; i++) {
            burst.frame(i - sent, burst.frame(i));
        }
        burst.size(size - sent);
        room -= sent;
        return sent;
    }
}
