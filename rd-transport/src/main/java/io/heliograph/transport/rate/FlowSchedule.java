package io.heliograph.transport.rate;

import java.util.Arrays;
import java.util.List;

/**
 * The rate of one flow over time: phases that repeat for ever, in the past as in the future. Immutable; checked by {@link RateTable.Builder}.
 *
 * <p>Amounts of data are <i>work</i>: bits times 10^9, so that rate in bit/s times nanoseconds is work, exactly, in whole numbers.
 */
public final class FlowSchedule {
    /** Work of one bit. */
    static final long WORK_PER_BIT = 1_000_000_000L;

    private final long anchorNs;
    private final long periodNs;
    private final long[] startsNs;
    private final long[] rates;
    private final long workPerPeriod;

    private FlowSchedule(long anchorNs, long periodNs, long[] startsNs, long[] rates) {
        this.anchorNs = anchorNs;
        this.periodNs = periodNs;
        this.startsNs = startsNs;
        this.rates = rates;
        long work = 0;
        for (int i = 0; i < rates.length; i++) {
            work = saturatingAdd(work, saturatingWork(rates[i], endOffsetNs(i) - startsNs[i]));
        }
        workPerPeriod = work;
    }

    /** The same rate at all times, in bit/s, above 0. */
    static FlowSchedule constant(long rateBitsPerSecond) {
        return new FlowSchedule(0, Long.MAX_VALUE, new long[] {0}, new long[] {rateBitsPerSecond});
    }

    /** Phases in order of their start; before the first there is silence. */
    static FlowSchedule repeating(long anchorNs, long periodNs, List<Phase> phases) {
        int silent = phases.getFirst().startNs() == 0 ? 0 : 1;
        long[] startsNs = new long[phases.size() + silent];
        long[] rates = new long[startsNs.length];
        for (int i = 0; i < phases.size(); i++) {
            startsNs[i + silent] = phases.get(i).startNs();
            rates[i + silent] = phases.get(i).rateBitsPerSecond();
        }
        return rates.length == 1 ? constant(rates[0]) : new FlowSchedule(anchorNs, periodNs, startsNs, rates);
    }

    /** The schedule of one of {@code parts} engines that share a flow: the same phases at a part of the rates, at least 1 bit/s where there was any. */
    FlowSchedule dividedBy(int parts) {
        long[] shares = rates.clone();
        for (int i = 0; i < shares.length; i++) {
            shares[i] = shares[i] == 0 ? 0 : Math.max(1, shares[i] / parts);
        }
        return new FlowSchedule(anchorNs, periodNs, startsNs, shares);
    }

    /** Whether it never changes its rate. */
    public boolean isConstant() {
        return rates.length == 1;
    }

    /** How many phases a period has, one of silence at its beginning among them. */
    public int phases() {
        return rates.length;
    }

    /** How long a period is. */
    public long periodNs() {
        return periodNs;
    }

    /** When a phase begins, nanoseconds after the period's beginning. */
    public long startNs(int phase) {
        return startsNs[phase];
    }

    /** Rate of a phase in bit/s. */
    public long rate(int phase) {
        return rates[phase];
    }

    /** The greatest rate of any phase in bit/s. */
    public long peakRate() {
        return Arrays.stream(rates).max().getAsLong();
    }

    /** The rate at a time in bit/s. */
    public long rateAt(long timeNs) {
        return rates[phaseAt(timeNs)];
    }

    /** The rate at a moment of the period or, if that is 0, the one that the flow had last before it, if need be in the period before; 0 if it never has any. */
    long lastRateAt(long momentNs) {
        int found = Arrays.binarySearch(startsNs, momentNs);
        int phase = found >= 0 ? found : -found - 2;
        for (int before = 0; before < rates.length; before++) {
            long rate = rates[Math.floorMod(phase - before, rates.length)];
            if (rate > 0) {
                return rate;
            }
        }
        return 0;
    }

    /** What one period carries; {@link Long#MAX_VALUE} if it is that much or more. */
    long workPerPeriod() {
        return workPerPeriod;
    }

    /** The phase that a time lies in; the logarithm of their number in steps. */
    int phaseAt(long timeNs) {
        if (isConstant()) {
            return 0;
        }
        int found = Arrays.binarySearch(startsNs, Math.floorMod(timeNs - anchorNs, periodNs));
        return found >= 0 ? found : -found - 2;
    }

    /** When the phase that a time lies in is over; {@link Long#MAX_VALUE} if never. */
    long phaseEndNs(int phase, long timeNs) {
        if (isConstant()) {
            return Long.MAX_VALUE;
        }
        return timeNs - Math.floorMod(timeNs - anchorNs, periodNs) + endOffsetNs(phase);
    }

    /** How long a phase lasts. */
    long lengthNs(int phase) {
        return endOffsetNs(phase) - startsNs[phase];
    }

    private long endOffsetNs(int phase) {
        return phase + 1 < startsNs.length ? startsNs[phase + 1] : periodNs;
    }

    /** The work that it does from one time to another, at most {@code limit}. */
    long workBetween(long fromNs, long toNs, long limit) {
        if (isConstant()) {
            return Math.min(limit, saturatingWork(rates[0], Math.max(0, toNs - fromNs)));
        }
        long work = 0;
        long periods = Math.max(0, (toNs - fromNs) / periodNs);
        if (periods > 0) {
            work = saturatingWork(workPerPeriod, periods);
        }
        long timeNs = fromNs + periods * periodNs;
        int phase = phaseAt(timeNs);
        while (timeNs < toNs && work < limit) {
            long untilNs = Math.min(toNs, phaseEndNs(phase, timeNs));
            work = saturatingAdd(work, saturatingWork(rates[phase], untilNs - timeNs));
            timeNs = untilNs;
            phase = phase + 1 == rates.length ? 0 : phase + 1;
        }
        return Math.min(limit, work);
    }

    private static long saturatingWork(long rate, long ns) {
        return Math.multiplyHigh(rate, ns) == 0 && rate * ns >= 0 ? rate * ns : Long.MAX_VALUE;
    }

    private static long saturatingAdd(long a, long b) {
        return a + b < 0 ? Long.MAX_VALUE : a + b;
    }
}
