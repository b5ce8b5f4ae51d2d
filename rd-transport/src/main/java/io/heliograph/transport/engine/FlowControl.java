package io.heliograph.transport.engine;

import io.heliograph.transport.Tunables;
import io.heliograph.transport.wire.PauseLayout;

/** Priority pauses of the link, where they are on: honours those of its other end, and pauses that end while the port has more than the engine takes (R12.6, R12.7). */
final class FlowControl {
    private static final long NS_PER_SECOND = 1_000_000_000;

    private final Transmitter transmitter;
    private final PauseReceiver received;
    private final PauseSender backlog = new PauseSender();
    private final long lineRateBitsPerSecond;

    FlowControl(Transmitter transmitter, long lineRateBitsPerSecond, Counters counters) {
        this.transmitter = transmitter;
        this.lineRateBitsPerSecond = lineRateBitsPerSecond;
        received = new PauseReceiver(lineRateBitsPerSecond, counters);
    }

    /** A pause came. */
    void onPause(long frame, long nowNs) {
        received.onFrame(frame, nowNs);
    }

    /** A data packet of a class came. */
    void onData(int trafficClass) {
        backlog.sawClass(trafficClass);
    }

    /** The port gave a burst, which told whether it has more. */
    void onBurst(boolean full) {
        backlog.onReceived(full);
    }

    boolean isPaused(int trafficClass) {
        return (received.paused() & 1 << trafficClass) != 0;
    }

    /** Lets paused classes go on when it is time; returns whether there were any. */
    boolean resumes(long nowNs) {
        return received.paused() != 0 && received.resume(nowNs) != 0;
    }

    /** Pauses the link's other end, or ends that; returns how many frames it wrote. */
    int send(long nowNs) {
        int toResume = backlog.toResume();
        int toPause = backlog.toPause(nowNs);
        if ((toResume | toPause) == 0 || transmitter.isBackedUp()) {
            return 0;
        }
        if (toResume != 0) {
            transmitter.sendPause(toResume, 0);
            backlog.resumed();
        } else {
            long quanta = Tunables.PAUSE_NS * (lineRateBitsPerSecond / PauseLayout.QUANTUM_BITS) / NS_PER_SECOND;
            transmitter.sendPause(toPause, Math.clamp(quanta, 1, PauseLayout.MAX_QUANTA));
            backlog.paused(toPause, nowNs);
        }
        return 1;
    }

    /** When {@link #resumes} has something to do. */
    long deadlineNs() {
        return received.deadlineNs();
    }
}
