package io.heliograph.transport.rate;

import java.math.BigInteger;
import java.util.TreeMap;

/**
 * What {@link Pacer} is to do, said again by slow and simple means: a sorted map, and fluids in whole numbers without end. The same calls must get the same answers.
 */
final class PacerModel {
    private static final int SLOT_NS = 16;
    private static final BigInteger WORK_PER_BYTE = BigInteger.valueOf(8_000_000_000L);
    private static final BigInteger MOST_OWED = BigInteger.valueOf(131_072).multiply(WORK_PER_BYTE);

    /** A flow's place: by slot, then first come first served. */
    private record Place(long slot, long turn) implements Comparable<Place> {
        @Override
        public int compareTo(Place other) {
            return slot != other.slot ? Long.compare(slot, other.slot) : Long.compare(turn, other.turn);
        }
    }

    private static final class Flow {
        FlowSchedule schedule;
        boolean active;
        Place place = new Place(0, 0);
        /** The fluid began here, and what it has to carry before the next packet departs. */
        long beganNs = Long.MIN_VALUE;

        BigInteger work = BigInteger.ZERO;
        long departureNs = Long.MIN_VALUE;

        Flow(FlowSchedule schedule) {
            this.schedule = schedule;
        }
    }

    private final Flow[] flows;
    private final BigInteger lineRate;
    private final long burstNs;
    private final TreeMap<Place, Integer> places = new TreeMap<>();
    private long turns;
    private long nowNs = Long.MIN_VALUE;
    private long lineBeganNs = Long.MIN_VALUE;
    private BigInteger lineWork = BigInteger.ZERO;
    private long lineFreeNs = Long.MIN_VALUE;

    PacerModel(int flows, long lineRate, long burstNs) {
        this.flows = new Flow[flows];
        for (int i = 0; i < flows; i++) {
            this.flows[i] = new Flow(FlowSchedule.constant(lineRate));
        }
        this.lineRate = BigInteger.valueOf(lineRate);
        this.burstNs = burstNs;
    }

    long departureNs(int flow) {
        return flows[flow].departureNs;
    }

    boolean isActive(int flow) {
        return flows[flow].active;
    }

    void activate(int number, long timeNs) {
        Flow flow = flows[number];
        if (!flow.active) {
            nowNs = Math.max(nowNs, timeNs);
            if (flow.departureNs < nowNs) {
                begin(flow, nowNs, BigInteger.ZERO);
            }
            flow.active = true;
            join(number);
        }
    }

    void deactivate(int number) {
        if (flows[number].active) {
            flows[number].active = false;
            places.remove(flows[number].place);
        }
    }

    int nextFlow(long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
        if (lineFreeNs > nowNs || places.isEmpty()) {
            return Pacer.NONE;
        }
        return places.firstKey().slot <= Math.floorDiv(nowNs, SLOT_NS)
                ? places.firstEntry().getValue()
                : Pacer.NONE;
    }

    void sent(int number, int wireBytes, long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
        Flow flow = flows[number];
        long earliestNs = flow.active ? nowNs - burstNs : nowNs;
        if (flow.departureNs < earliestNs) {
            begin(flow, earliestNs, BigInteger.ZERO);
        }
        long dueNs = flow.active ? Math.min(nowNs, flow.departureNs) : nowNs;
        if (lineFreeNs < dueNs) {
            lineBeganNs = dueNs;
            lineWork = BigInteger.ZERO;
        }
        BigInteger work = WORK_PER_BYTE.multiply(BigInteger.valueOf(wireBytes));
        lineWork = lineWork.add(work);
        lineFreeNs = lineBeganNs + lineWork.divide(lineRate).longValueExact();
        begin(flow, flow.beganNs, flow.work.add(work));
        if (flow.active) {
            places.remove(flow.place);
            join(number);
        }
    }

    void holdUntil(int number, long departureNs) {
        Flow flow = flows[number];
        if (departureNs > flow.departureNs) {
            begin(flow, departureNs, BigInteger.ZERO);
            if (flow.active) {
                places.remove(flow.place);
                join(number);
            }
        }
    }

    void schedule(int number, FlowSchedule schedule, long timeNs) {
        nowNs = Math.max(nowNs, timeNs);
        Flow flow = flows[number];
        if (flow.schedule == schedule) {
            return;
        }
        long beginNs = nowNs;
        BigInteger owed = BigInteger.ZERO;
        if (flow.departureNs >= nowNs) {
            BigInteger remainder = flow.work.subtract(carried(flow.schedule, flow.beganNs, flow.departureNs));
            owed = carried(flow.schedule, nowNs, flow.departureNs)
                    .min(MOST_OWED)
                    .add(remainder);
        } else if (flow.active) {
            long lateNs = Math.min(burstNs, nowNs - flow.departureNs);
            double slower = (double) flow.schedule.rateAt(nowNs) / Math.max(1, schedule.rateAt(nowNs));
            beginNs = nowNs - (long) (slower < 1 ? lateNs * slower : lateNs);
        }
        flow.schedule = schedule;
        begin(flow, beginNs, owed);
        if (flow.active) {
            places.remove(flow.place);
            join(number);
        }
    }

    private void join(int number) {
        Flow flow = flows[number];
        flow.place = new Place(Math.floorDiv(flow.departureNs, SLOT_NS), turns++);
        places.put(flow.place, number);
    }

    /** A packet departs in the nanosecond in which the fluid carries on beyond the work: it has carried no more before, and more after. */
    private static void begin(Flow flow, long beganNs, BigInteger work) {
        flow.beganNs = beganNs;
        flow.work = work;
        long atMostNs = 1;
        while (carried(flow.schedule, beganNs, beganNs + atMostNs).compareTo(work) <= 0) {
            atMostNs *= 2;
        }
        long lowNs = 0;
        long highNs = atMostNs;
        while (highNs - lowNs > 1) {
            long middleNs = (lowNs + highNs) / 2;
            if (carried(flow.schedule, beganNs, beganNs + middleNs).compareTo(work) <= 0) {
                lowNs = middleNs;
            } else {
                highNs = middleNs;
            }
        }
        flow.departureNs = beganNs + lowNs;
    }

    /** What a fluid carries from one time to another. */
    static BigInteger carried(FlowSchedule schedule, long fromNs, long toNs) {
        if (schedule.isConstant()) {
            return BigInteger.valueOf(schedule.rate(0)).multiply(BigInteger.valueOf(toNs - fromNs));
        }
        BigInteger period = BigInteger.ZERO;
        for (int i = 0; i < schedule.phases(); i++) {
            period =
                    period.add(BigInteger.valueOf(schedule.rate(i)).multiply(BigInteger.valueOf(schedule.lengthNs(i))));
        }
        long periods = (toNs - fromNs) / schedule.periodNs();
        BigInteger sum = period.multiply(BigInteger.valueOf(periods));
        long timeNs = fromNs + periods * schedule.periodNs();
        while (timeNs < toNs) {
            long untilNs = Math.min(toNs, schedule.phaseEndNs(schedule.phaseAt(timeNs), timeNs));
            sum = sum.add(BigInteger.valueOf(schedule.rateAt(timeNs)).multiply(BigInteger.valueOf(untilNs - timeNs)));
            timeNs = untilNs;
        }
        return sum;
    }
}
