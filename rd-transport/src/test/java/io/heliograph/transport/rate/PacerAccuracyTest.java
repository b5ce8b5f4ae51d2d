package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.SeededRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** How exactly 16,384 flows keep their rates on a line of 400 Gbit/s, in virtual time: the pacer is asked at each of its deadlines. */
class PacerAccuracyTest {
    private static final int FLOWS = 16_384;
    private static final long LINE = 400_000_000_000L;
    private static final int PACKET_BYTES = WireBytes.of(1_500);
    private static final long PACKET_WORK = PACKET_BYTES * 8_000_000_000L;
    private static final long LINE_PACKET_NS = PACKET_WORK / LINE + 1;
    private static final long LINE_PACKET_PS = PACKET_WORK / (LINE / 1_000);
    private static final long SLOT_NS = 16;
    private static final long BURST_NS = 1_000_000;
    private static final long WINDOW_NS = 10_000_000;

    private final Pacer pacer = new Pacer(FLOWS, LINE, BURST_NS);
    private final long[] rates = new long[FLOWS];
    private final long[] beganNs = new long[FLOWS];
    private final long[] packets = new long[FLOWS];
    /** Of the window at hand. */
    private final long[] firstNs = new long[FLOWS];

    private final long[] lastNs = new long[FLOWS];
    private final int[] counts = new int[FLOWS];

    private int started;
    private long nowNs;
    /** Picoseconds, in which a packet takes a whole number. */
    private long lineFreePs;

    private long greatestEarlyNs;
    private long greatestLateNs;
    private double greatestRateError;
    private double greatestFluidErrorPackets;
    private int rated;

    private void begin(int flow, long rate, long atNs) {
        rates[flow] = rate;
        beganNs[flow] = atNs;
        pacer.schedule(flow, FlowSchedule.constant(rate), Long.MIN_VALUE + BURST_NS);
    }

    /** Runs to the end of a window and judges it. */
    private void runWindow(long endNs) {
        Arrays.fill(counts, 0);
        while (true) {
            while (started < FLOWS && beganNs[started] <= nowNs) {
                pacer.activate(started, beganNs[started]);
                started++;
            }
            int flow = pacer.nextFlow(nowNs);
            if (flow == Pacer.NONE) {
                long nextNs = Math.max(nowNs + 1, pacer.nextDeadlineNs());
                nowNs = started < FLOWS ? Math.min(nextNs, Math.max(nowNs, beganNs[started])) : nextNs;
                if (nowNs >= endNs) {
                    nowNs = endNs;
                    break;
                }
                continue;
            }
            send(flow);
        }
        for (int flow = 0; flow < started; flow++) {
            double fluid = (double) rates[flow] * (endNs - beganNs[flow]) / PACKET_WORK;
            // A packet leaves at the beginning of the time that a fluid takes for it, which is why half a packet is the
            // middle.
            double error = Math.abs(packets[flow] - fluid - 0.5);
            greatestFluidErrorPackets = Math.max(greatestFluidErrorPackets, error);
            if (counts[flow] >= 2) {
                double rate = (double) (counts[flow] - 1) * PACKET_WORK / (lastNs[flow] - firstNs[flow]);
                greatestRateError = Math.max(greatestRateError, Math.abs(rate / rates[flow] - 1));
                rated++;
            }
        }
    }

    private void send(int flow) {
        long lateNs = nowNs - pacer.departureNs(flow);
        greatestLateNs = Math.max(greatestLateNs, lateNs);
        greatestEarlyNs = Math.max(greatestEarlyNs, -lateNs);
        assertTrue(nowNs * 1_000 > lineFreePs - 1_000, () -> "two packets on the line at " + nowNs);
        lineFreePs = Math.max(nowNs * 1_000, lineFreePs) + LINE_PACKET_PS;
        if (counts[flow]++ == 0) {
            firstNs[flow] = nowNs;
        }
        lastNs[flow] = nowNs;
        packets[flow]++;
        pacer.sent(flow, PACKET_BYTES, nowNs);
    }

    private String figures() {
        return "rate error %.6f %% in %d windows, fluid error %.4f packets, early %d ns, late %d ns"
                .formatted(100 * greatestRateError, rated, greatestFluidErrorPackets, greatestEarlyNs, greatestLateNs);
    }

    @Test
    void shouldKeepEveryRateWhenLineIsNinetyPercentFull() {
        SeededRandom random = new SeededRandom(16_384);
        long sum = 0;
        long[] startsNs = new long[FLOWS];
        for (int flow = 0; flow < FLOWS; flow++) {
            // 100 kbit/s to 100 Mbit/s, every magnitude alike, and a few large ones.
            rates[flow] = flow % 2048 == 7
                    ? 18_000_000_000L
                    : (long) (1e5 * Math.pow(1e3, random.nextInt(1 << 20) * 0x1p-20));
            sum += rates[flow];
            startsNs[flow] = random.nextInt(5_000_000);
        }
        Arrays.sort(startsNs);
        assertTrue(sum > 0.89 * LINE && sum < 0.96 * LINE, "the line is full to " + (double) sum / LINE);
        for (int flow = 0; flow < FLOWS; flow++) {
            begin(flow, rates[flow], startsNs[flow]);
        }
        runWindow(WINDOW_NS);
        for (int window = 2; window <= 13; window++) {
            runWindow(window * WINDOW_NS);
        }
        assertTrue(rated > 12 * FLOWS / 2, this::figures);
        assertTrue(greatestRateError < 0.001, this::figures);
        assertTrue(greatestFluidErrorPackets <= 1.5, this::figures);
        assertTrue(greatestEarlyNs <= SLOT_NS, this::figures);
    }

    @Test
    void shouldBeLateByNoMoreThanOnePacketWhenScheduleHasNoConflicts() {
        // As an offline calculation emits it: each flow has a turn of its own on the line, 32 ns long.
        long intervalNs = FLOWS * 32L;
        long rate = PACKET_WORK / intervalNs;
        for (int flow = 0; flow < FLOWS; flow++) {
            begin(flow, rate, flow * 32L);
        }
        for (int window = 1; window <= 5; window++) {
            runWindow(window * WINDOW_NS);
        }
        assertTrue(greatestLateNs <= LINE_PACKET_NS, this::figures);
        assertTrue(greatestEarlyNs <= SLOT_NS, this::figures);
        assertTrue(greatestRateError < 0.001, this::figures);
        assertEquals(5 * FLOWS, rated);
    }

    @Test
    void shouldLoseNothingWhenAllFlowsBeginTogether() {
        // The worst case: all are due at once, the last one FLOWS packets late, again and again.
        long rate = LINE / FLOWS;
        for (int flow = 0; flow < FLOWS; flow++) {
            begin(flow, rate, 0);
        }
        for (int window = 1; window <= 5; window++) {
            runWindow(window * WINDOW_NS);
        }
        assertTrue(greatestRateError < 0.001, this::figures);
        assertTrue(greatestLateNs <= FLOWS * LINE_PACKET_NS, this::figures);
        assertTrue(greatestFluidErrorPackets <= 1.5, this::figures);
    }
}
