package io.heliograph.transport.rate;

import java.util.Arrays;

/**
 * Says which flow may send its next packet now: a limiter in two stages, first of flows and then of packets, after the one for RDMA NICs of Wang et al. (Tassel: "Fast, Scalable, and Accurate
 * Rate Limiter for RDMA NICs", SIGCOMM 2024). What differs: Tassel's second stage sorts the packets of a batch that its first stage fetched ahead; here nothing is fetched ahead, the first stage
 * keeps all flows sorted, and the second only paces the line.
 *
 * <p><b>First stage:</b> each flow has the time at which its next packet departs, which its {@link FlowSchedule} gives: the moment at which a fluid of the flow's
 * rate would have carried all packets before it. Flows whose time has come send in the order of these times ({@link DepartureWheel}). <b>Second stage:</b> the line
 * takes the next packet when it has carried the one before, so that all flows together never exceed it.
 *
 * <p>Departures are kept in whole nanoseconds and a remainder in bits times 10^9, which is carried on: nothing is rounded, so that no error accumulates, whatever the rate. What is
 * decided is at most 16 ns early (a wheel's slot), and late only by what departs earlier over the same line. Who polls late may make up {@code burstNs}, flow and line
 * alike; what was missed before that is lost. In any time T a flow therefore sends at most what its schedule carries in T + burstNs + 16 ns, and one packet.
 *
 * <p>Belongs to one thread. Allocates nothing after construction; calls cost on average the same however many flows there are, but for {@link #activate} and stalls (the logarithm of a schedule's phases),
 * and {@link #schedule}. A clock that goes backwards stands still.
 */
public final class Pacer {
    /** No flow may send now. */
    public static final int NONE = DepartureWheel.NONE;

    /** More than any packet and its remainder: no flow owes more when its schedule changes. */
    private static final long MAX_WORK = (1 << 17) * 8L * FlowSchedule.WORK_PER_BIT;

    /** First of a flow's words: when its next packet departs, nanoseconds. */
    private static final int DEPARTURE = 0;
    /** What of the packets before is not carried by then, as the nanosecond is not over: work, less than the rate. */
    private static final int REMAINDER = 1;
    /** Rate of the phase that the departure lies in, bit/s; never 0. */
    private static final int RATE = 2;
    /** When that phase ends, nanoseconds. */
    private static final int PHASE_END = 3;

    private final long lineRate;
    private final long burstNs;
    private final DepartureWheel wheel;
    private final boolean[] active;
    private final FlowSchedule[] schedules;
    /** The phase that a flow's departure lies in. */
    private final int[] phases;
    /** Four words for each flow, so that a packet touches one or two cache lines of them. */
    private final long[] words;

    private long nowNs = Long.MIN_VALUE;
    private long lineFreeNs = Long.MIN_VALUE;
    private long lineRemainder;
    private int activeFlows;

    /**
     * A pacer without active flows, all at the line's rate.
     *
     * @param flows how many there are; they are numbered from 0
     * @param lineRateBitsPerSecond of the port, {@link WireBytes} included
     * @param burstNs how much of the time that was missed by polling late may be made up, nanoseconds
     * @throws IllegalArgumentException if one of them is out of range
     */
    public Pacer(int flows, long lineRateBitsPerSecond, long burstNs) {
        if (flows < 1 || flows > 1 << 24) {
            throw new IllegalArgumentException("pacer: flows=" + flows + "; from 1 to " + (1 << 24) + " are possible");
        }
        if (lineRateBitsPerSecond < 1 || lineRateBitsPerSecond > RateTable.MAX_LINE_RATE) {
            throw new IllegalArgumentException("pacer: lineRateBitsPerSecond=" + lineRateBitsPerSecond + "; from 1 to "
                    + RateTable.MAX_LINE_RATE + " is possible");
        }
        if (burstNs < 0 || burstNs > RateTable.MAX_PERIOD_NS) {
            throw new IllegalArgumentException(
                    "pacer: burstNs=" + burstNs + "; from 0 to " + RateTable.MAX_PERIOD_NS + " is possible");
        }
        lineRate = lineRateBitsPerSecond;
        this.burstNs = burstNs;
        wheel = new DepartureWheel(flows);
        active = new boolean[flows];
        schedules = new FlowSchedule[flows];
        Arrays.fill(schedules, FlowSchedule.constant(lineRateBitsPerSecond));
        phases = new int[flows];
        words = new long[flows << DepartureWheel.WORDS_SHIFT];
        for (int flow = 0; flow < flows; flow++) {
            int word = word(flow);
            words[word + DEPARTURE] = Long.MIN_VALUE;
            words[word + RATE] = lineRateBitsPerSecond;
            words[word + PHASE_END] = Long.MAX_VALUE;
        }
    }

    private static int word(int flow) {
        return flow << DepartureWheel.WORDS_SHIFT;
    }

    /** Flows that it was made for. */
    public int flows() {
        return active.length;
    }

    /** Flows that have something to send. */
    public int activeFlows() {
        return activeFlows;
    }

    /** Whether a flow has something to send. */
    public boolean isActive(int flow) {
        return active[flow];
    }

    /** When a flow's next packet departs, nanoseconds; in the past for one that is idle or waits for the line. */
    public long departureNs(int flow) {
        return words[word(flow) + DEPARTURE];
    }

    /** A flow has something to send from now on. What it sent before still counts; what it did not send while it was idle is lost to it. */
    public void activate(int flow, long timeNs) {
        if (active[flow]) {
            return;
        }
        advance(timeNs);
        if (words[word(flow) + DEPARTURE] < nowNs) {
            restart(flow, nowNs);
        }
        active[flow] = true;
        activeFlows++;
        wheel.add(flow, words[word(flow) + DEPARTURE]);
    }

    /** A flow has nothing to send, or must not, until it is activated again. */
    public void deactivate(int flow) {
        if (active[flow]) {
            active[flow] = false;
            activeFlows--;
            wheel.remove(flow);
        }
    }

    /** The flow that may send a packet now, or {@link #NONE}; the same one until {@link #sent}, {@link #deactivate} or {@link #holdUntil} is called for it. */
    public int nextFlow(long timeNs) {
        advance(timeNs);
        return lineFreeNs > nowNs ? NONE : wheel.first(nowNs, words);
    }

    /**
     * Charges a packet to a flow and to the line, and puts the flow in its next place if it is active.
     *
     * @param wireBytes as {@link WireBytes#of} gives them, up to 65,536
     */
    public void sent(int flow, int wireBytes, long timeNs) {
        advance(timeNs);
        long work = wireBytes * 8L * FlowSchedule.WORK_PER_BIT;
        long oldestNs = nowNs - burstNs;
        if (active[flow]) {
            wheel.remove(flow);
            if (words[word(flow) + DEPARTURE] < oldestNs) {
                restart(flow, oldestNs);
            }
            chargeLine(work, Math.min(words[word(flow) + DEPARTURE], nowNs));
            depart(flow, work);
            wheel.add(flow, words[word(flow) + DEPARTURE]);
        } else {
            chargeLine(work, nowNs);
            if (words[word(flow) + DEPARTURE] < nowNs) {
                restart(flow, nowNs);
            }
            depart(flow, work);
        }
    }

    /** The line carries a packet from when it was due, unless it was still busy then. */
    private void chargeLine(long packetWork, long dueNs) {
        if (lineFreeNs < dueNs) {
            lineFreeNs = dueNs;
            lineRemainder = 0;
        }
        long work = packetWork + lineRemainder;
        long ns = work / lineRate;
        lineFreeNs += ns;
        lineRemainder = work - ns * lineRate;
    }

    /** Lets a flow's next packet depart no earlier than at a time, and within its schedule. */
    public void holdUntil(int flow, long departureNs) {
        if (departureNs > words[word(flow) + DEPARTURE]) {
            if (active[flow]) {
                wheel.remove(flow);
            }
            restart(flow, departureNs);
            if (active[flow]) {
                wheel.add(flow, words[word(flow) + DEPARTURE]);
            }
        }
    }

    /**
     * Gives a flow another schedule from now on. What it sent and its old schedule has not carried yet, its new one carries first; a flow that waits for the line keeps
     * what it may make up, but no more bits than at its old rate.
     *
     * @throws IllegalArgumentException if the schedule has a rate above the line's
     */
    public void schedule(int flow, FlowSchedule schedule, long timeNs) {
        if (schedule.peakRate() > lineRate) {
            throw new IllegalArgumentException("pacer: flow=" + flow + " rateBitsPerSecond=" + schedule.peakRate()
                    + "; at most the line rate " + lineRate + " is possible");
        }
        advance(timeNs);
        FlowSchedule old = schedules[flow];
        if (old == schedule) {
            return;
        }
        if (active[flow]) {
            wheel.remove(flow);
        }
        long lateNs = 0;
        long owedWork = 0;
        if (words[word(flow) + DEPARTURE] >= nowNs) {
            owedWork = old.workBetween(nowNs, words[word(flow) + DEPARTURE], MAX_WORK) + words[word(flow) + REMAINDER];
        } else if (active[flow]) {
            lateNs = Math.min(nowNs - words[word(flow) + DEPARTURE], burstNs);
            double newRate = schedule.rateAt(nowNs);
            // The same bits take less time at a greater rate.
            lateNs = (long) (lateNs * Math.min(1, old.rateAt(nowNs) / Math.max(1, newRate)));
        }
        schedules[flow] = schedule;
        restart(flow, nowNs - lateNs);
        depart(flow, owedWork);
        if (active[flow]) {
            wheel.add(flow, words[word(flow) + DEPARTURE]);
        }
    }

    /** When {@link #nextFlow} may next have an answer other than {@link #NONE}; {@link Long#MAX_VALUE} if no flow is active. */
    public long nextDeadlineNs() {
        return activeFlows == 0 ? Long.MAX_VALUE : Math.max(lineFreeNs, wheel.deadlineNs());
    }

    private void advance(long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
    }

    /** Lets the next packet depart at a time, or at the end of the silence that it lies in. */
    private void restart(int flow, long departureNs) {
        words[word(flow) + DEPARTURE] = departureNs;
        words[word(flow) + REMAINDER] = 0;
        FlowSchedule schedule = schedules[flow];
        int phase = schedule.phaseAt(departureNs);
        phases[flow] = phase;
        words[word(flow) + RATE] = schedule.rate(phase);
        words[word(flow) + PHASE_END] = schedule.phaseEndNs(phase, departureNs);
        if (words[word(flow) + RATE] == 0) {
            walk(flow, 0);
        }
    }

    /** Moves a flow's departure to when its schedule has carried some more work. */
    private void depart(int flow, long addedWork) {
        long work = words[word(flow) + REMAINDER] + addedWork;
        long rate = words[word(flow) + RATE];
        // A departure never lies in silence.
        long ns = work / rate;
        long departureNs = words[word(flow) + DEPARTURE] + ns;
        if (departureNs < words[word(flow) + PHASE_END]) {
            words[word(flow) + DEPARTURE] = departureNs;
            words[word(flow) + REMAINDER] = work - ns * rate;
        } else {
            walk(flow, work);
        }
    }

    /** Over the ends of phases: whole periods at once, so that no more steps are taken than a period has phases, and one. */
    private void walk(int flow, long totalWork) {
        FlowSchedule schedule = schedules[flow];
        long work = totalWork;
        long departureNs = words[word(flow) + DEPARTURE];
        long endNs = words[word(flow) + PHASE_END];
        if (work >= schedule.workPerPeriod()) {
            long periods = work / schedule.workPerPeriod();
            work -= periods * schedule.workPerPeriod();
            departureNs += periods * schedule.periodNs();
            endNs += periods * schedule.periodNs();
        }
        int phase = phases[flow];
        while (true) {
            long rate = schedule.rate(phase);
            if (rate > 0) {
                long ns = work / rate;
                if (ns < endNs - departureNs) {
                    words[word(flow) + DEPARTURE] = departureNs + ns;
                    words[word(flow) + REMAINDER] = work - ns * rate;
                    phases[flow] = phase;
                    words[word(flow) + RATE] = rate;
                    words[word(flow) + PHASE_END] = endNs;
                    return;
                }
                work -= rate * (endNs - departureNs);
            }
            departureNs = endNs;
            phase = phase + 1 == schedule.phases() ? 0 : phase + 1;
            endNs += schedule.lengthNs(phase);
        }
    }
}
