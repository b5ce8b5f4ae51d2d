package io.heliograph.transport.simulation;

import io.heliograph.transport.Tunables;
import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.wire.PauseLayout;

/** No data of a class leaves an engine's port from the duty cycle on in which the port gave a pause of that class, until the pause is over or the watchdog's time has come (R12.6). */
final class PauseCheck {
    private static final long NS_PER_SECOND = 1_000_000_000;

    private final long[] untilNs = new long[FlowKey.TRAFFIC_CLASSES];
    private final long[] sinceNs = new long[FlowKey.TRAFFIC_CLASSES];
    /** Before this, pauses of the class mean nothing. */
    private final long[] deafUntilNs = new long[FlowKey.TRAFFIC_CLASSES];

    private int paused;

    /** The port gave a pause frame. */
    void onFrame(long ethernet, long nowNs) {
        for (int rest = PauseLayout.enabledClasses(ethernet); rest != 0; rest &= rest - 1) {
            int trafficClass = Integer.numberOfTrailingZeros(rest);
            long bits = (long) PauseLayout.quanta(ethernet, trafficClass) * PauseLayout.QUANTUM_BITS;
            boolean ends = bits == 0;
            if (ends || nowNs >= deafUntilNs[trafficClass]) {
                boolean begins = !ends && (paused & 1 << trafficClass) == 0;
                sinceNs[trafficClass] = begins ? nowNs : sinceNs[trafficClass];
                paused |= begins ? 1 << trafficClass : 0;
                untilNs[trafficClass] = nowNs + bits * NS_PER_SECOND / SimulatedPort.LINK_BITS_PER_SECOND;
            }
        }
    }

    /** The port gave all that it has for this duty cycle: what is over now is over. */
    void onReceived(long nowNs) {
        for (int rest = paused; rest != 0; rest &= rest - 1) {
            int trafficClass = Integer.numberOfTrailingZeros(rest);
            boolean over = nowNs >= untilNs[trafficClass];
            if (!over && nowNs - sinceNs[trafficClass] >= Tunables.PAUSE_WATCHDOG_NS) {
                deafUntilNs[trafficClass] = nowNs + Tunables.PAUSE_WATCHDOG_NS;
                over = true;
            }
            paused &= over ? ~(1 << trafficClass) : -1;
        }
    }

    /** A data packet leaves. */
    void onData(int node, int trafficClass) {
        if ((paused & 1 << trafficClass) != 0) {
            throw new Violation(
                    PauseCheck.class, "node " + node + " sent data of class " + trafficClass + ", which is paused");
        }
    }
}
