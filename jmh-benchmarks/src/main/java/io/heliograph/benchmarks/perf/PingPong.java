package io.heliograph.benchmarks.perf;

/**
 * How both ends of {@code write-lat} share memory: message i goes to slot i mod {@value #SLOTS}, in either direction.
 *
 * <p>The server's pong is sent from the very slot that the ping came to, so a ping must not overwrite it before its pong is
 * acknowledged, or a retransmission would carry the wrong bytes. The server therefore sends pong i only after pong i + 1 -
 * {@value #SLOTS} has completed, for it is pong i that lets the client send ping i + 1.
 */
final class PingPong {

    static final int SLOTS = 4;

    private PingPong() {}

    static int slot(long iteration) {
        return (int) (iteration & SLOTS - 1);
    }
}
