package io.heliograph.transport.simulation;

import io.heliograph.transport.rate.FlowKey;
import io.heliograph.transport.rate.RatePolicyFactory;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * While a rate table is in force, no data packet leaves an engine's port before a fluid of its flow's rates would have carried all packets before it, retransmissions among them, nor
 * before the line is free (R12.2 to R12.5).
 *
 * <p>Goes by the table as the scenario has it, in whole nanoseconds and work (bits times 10^9), and knows nothing of the pacer.
 */
final class RateCheck {
    private static final long WORK_PER_BYTE = 8_000_000_000L;
    /** A slot of the pacer's wheel is 16 ns, and a moment within it cannot be told from its end. */
    private static final long SLACK_NS = 16;

    private static final int WIRE_OVERHEAD_BYTES = 24;
    private static final int MIN_FRAME_BYTES = 60;
    private static final long LONG_AGO_NS = Long.MIN_VALUE / 2;

    private final int engines;
    /** By destination and class: when the fluid has carried all packets so far, and what of them it has not by then. */
    private final long[] freeNs;

    private final long[] remainders;
    private long lineFreeNs;
    private long lineRemainder;

    private Event.@Nullable LoadRates loaded;
    private long loadedStartNs;
    private Event.@Nullable LoadRates inForce;
    private long startNs;

    RateCheck(int nodes, int engines) {
        this.engines = engines;
        freeNs = new long[nodes * FlowKey.TRAFFIC_CLASSES];
        remainders = new long[freeNs.length];
        forget();
    }

    /** A table that begins at a time of the node's clock, or none, is loaded. */
    void loaded(Event.@Nullable LoadRates rates, long beginsNs) {
        loaded = rates;
        loadedStartNs = beginsNs;
    }

    private void forget() {
        Arrays.fill(freeNs, LONG_AGO_NS);
        Arrays.fill(remainders, 0);
        lineFreeNs = LONG_AGO_NS;
        lineRemainder = 0;
    }

    /** A duty cycle begins: R12.4. */
    void onDutyCycle(long nowNs) {
        Event.LoadRates next = loaded;
        boolean isSame = Objects.equals(next, inForce) && (next == null || loadedStartNs == startNs);
        if (isSame || next != null && nowNs < loadedStartNs) {
            return;
        }
        Event.LoadRates before = inForce;
        if (before == null || next == null) {
            forget();
            inForce = next;
            startNs = loadedStartNs;
            return;
        }
        long[] owed = new long[freeNs.length];
        for (int flow = 0; flow < owed.length; flow++) {
            owed[flow] = freeNs[flow] < nowNs ? 0 : carriedWork(before, flow, nowNs, freeNs[flow]) + remainders[flow];
        }
        inForce = next;
        startNs = loadedStartNs;
        for (int flow = 0; flow < owed.length; flow++) {
            remainders[flow] = 0;
            // Nothing may be owed, and the old table's silence still lie ahead.
            if (freeNs[flow] >= nowNs) {
                freeNs[flow] = nowNs;
                carry(next, flow, owed[flow]);
            }
        }
    }

    /** A data packet leaves. */
    void onData(int node, int to, int trafficClass, int frameBytes, long nowNs) {
        Event.LoadRates rates = inForce;
        if (rates == null) {
            return;
        }
        int flow = to * FlowKey.TRAFFIC_CLASSES + trafficClass;
        if (freeNs[flow] > nowNs + SLACK_NS) {
            throw new Violation(
                    RateCheck.class,
                    "node " + node + " sent to node " + to + " in class " + trafficClass + " " + (freeNs[flow] - nowNs)
                            + " ns too early");
        }
        if (lineFreeNs > nowNs) {
            throw new Violation(
                    RateCheck.class, "node " + node + " exceeded its line: " + (lineFreeNs - nowNs) + " ns too early");
        }
        long work = (Math.max(frameBytes, MIN_FRAME_BYTES) + WIRE_OVERHEAD_BYTES) * WORK_PER_BYTE;
        // Who looks late may make up a little.
        long oldestNs = nowNs - RatePolicyFactory.BURST_NS;
        if (freeNs[flow] < oldestNs) {
            freeNs[flow] = oldestNs;
            remainders[flow] = 0;
        }
        carry(rates, flow, work);
        if (lineFreeNs < oldestNs) {
            lineFreeNs = oldestNs;
            lineRemainder = 0;
        }
        long lineWork = work + lineRemainder;
        lineFreeNs += lineWork / SimulatedPort.LINK_BITS_PER_SECOND;
        lineRemainder = lineWork % SimulatedPort.LINK_BITS_PER_SECOND;
    }

    /** Listed are those of class 0; each engine has an equal part (R12.5). */
    private long rate(Event.LoadRates rates, int flow, boolean firstHalf) {
        boolean listed = flow % FlowKey.TRAFFIC_CLASSES == 0;
        long all = !listed
                ? rates.otherBitsPerSecond()
                : firstHalf ? rates.listedBitsPerSecond() : rates.laterBitsPerSecond();
        return all == 0 ? 0 : Math.max(1, all / engines);
    }

    private long offsetNs(Event.LoadRates rates, long timeNs) {
        return Math.floorMod(timeNs - startNs, rates.periodNs());
    }

    private static long halfNs(Event.LoadRates rates) {
        return rates.periodNs() / 2;
    }

    /** Lets a flow's fluid carry some work more; the end does not lie in silence. */
    private void carry(Event.LoadRates rates, int flow, long addedWork) {
        long work = remainders[flow] + addedWork;
        long timeNs = freeNs[flow];
        long periodWork =
                rate(rates, flow, true) * halfNs(rates) + rate(rates, flow, false) * (rates.periodNs() - halfNs(rates));
        timeNs += work / periodWork * rates.periodNs();
        work %= periodWork;
        while (true) {
            long offsetNs = offsetNs(rates, timeNs);
            boolean firstHalf = offsetNs < halfNs(rates);
            long restNs = (firstHalf ? halfNs(rates) : rates.periodNs()) - offsetNs;
            long rate = rate(rates, flow, firstHalf);
            if (rate > 0 && work / rate < restNs) {
                freeNs[flow] = timeNs + work / rate;
                remainders[flow] = work % rate;
                return;
            }
            work -= rate * restNs;
            timeNs += restNs;
        }
    }

    /** The work that a flow's fluid does from one time to another, less than a packet's. */
    private long carriedWork(Event.LoadRates rates, int flow, long fromNs, long toNs) {
        long work = 0;
        long timeNs = fromNs;
        while (timeNs < toNs) {
            long offsetNs = offsetNs(rates, timeNs);
            boolean firstHalf = offsetNs < halfNs(rates);
            long restNs = (firstHalf ? halfNs(rates) : rates.periodNs()) - offsetNs;
            long endNs = Math.min(toNs, timeNs + restNs);
            work += rate(rates, flow, firstHalf) * (endNs - timeNs);
            timeNs = endNs;
        }
        return work;
    }
}
