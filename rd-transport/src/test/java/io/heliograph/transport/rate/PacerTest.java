package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import java.util.List;
import org.junit.jupiter.api.Test;

class PacerTest {
    /** 1 byte a nanosecond. */
    private static final long LINE = 8_000_000_000L;

    private static final long BURST_NS = 10_000;

    private static Pacer pacer(int flows) {
        return new Pacer(flows, LINE, BURST_NS);
    }

    private static FlowSchedule rate(long bytesPerMicrosecond) {
        return FlowSchedule.constant(bytesPerMicrosecond * 8_000_000L);
    }

    /** Sends what it may until a time, asking at each deadline; returns how many packets. */
    private static int run(Pacer pacer, long fromNs, long toNs, int wireBytes) {
        int packets = 0;
        long nowNs = fromNs;
        while (nowNs < toNs) {
            int flow = pacer.nextFlow(nowNs);
            if (flow == Pacer.NONE) {
                nowNs = Math.max(nowNs, pacer.nextDeadlineNs());
            } else {
                pacer.sent(flow, wireBytes, nowNs);
                packets++;
            }
        }
        return packets;
    }

    @Test
    void shouldSpacePacketsByRateOfFlow() {
        Pacer pacer = pacer(1);
        pacer.schedule(0, rate(100), 0);
        pacer.activate(0, 5_000);
        assertEquals(0, pacer.nextFlow(5_000), "the first packet at once");
        pacer.sent(0, 1_000, 5_000);
        assertEquals(15_000, pacer.departureNs(0));
        assertEquals(Pacer.NONE, pacer.nextFlow(14_900));
        assertEquals(14_992, pacer.nextDeadlineNs(), "the slot of 16 ns that 15,000 lies in");
        assertEquals(Pacer.NONE, pacer.nextFlow(14_991));
        assertEquals(0, pacer.nextFlow(14_992));
        pacer.sent(0, 500, 14_992);
        assertEquals(20_000, pacer.departureNs(0), "early by the slot, and not more each time");
    }

    @Test
    void shouldNeverExceedLineWhenFlowsTogetherAreFaster() {
        Pacer pacer = pacer(10);
        for (int flow = 0; flow < 10; flow++) {
            pacer.schedule(flow, rate(500), 0);
            pacer.activate(flow, 0);
        }
        assertEquals(0, pacer.nextFlow(0));
        pacer.sent(0, 1_500, 0);
        assertEquals(Pacer.NONE, pacer.nextFlow(1_499), "nine flows are due, but the line is busy");
        assertEquals(1_500, pacer.nextDeadlineNs());
        assertEquals(1, pacer.nextFlow(1_500));
        int packets = run(pacer, 1_500, 15_000_000, 1_500);
        assertEquals(15_000_000 / 1_500 - 1, packets);
    }

    @Test
    void shouldMakeUpNoMoreThanBurstWhenPolledLate() {
        Pacer pacer = pacer(1);
        pacer.activate(0, 0);
        assertEquals(5, run(pacer, 0, 5_000, 1_000));
        long lateNs = 1_000_000;
        int packets = 0;
        while (pacer.nextFlow(lateNs) == 0) {
            pacer.sent(0, 1_000, lateNs);
            packets++;
        }
        assertEquals(BURST_NS / 1_000 + 1, packets, "10 us missed and the one that is due");
    }

    @Test
    void shouldNotSaveUpWhileIdleNorForgetWhatItOwes() {
        Pacer pacer = pacer(1);
        pacer.schedule(0, rate(100), 0);
        pacer.activate(0, 0);
        pacer.sent(0, 1_000, 0);
        pacer.deactivate(0);
        assertEquals(Long.MAX_VALUE, pacer.nextDeadlineNs());
        assertEquals(Pacer.NONE, pacer.nextFlow(2_000), "idle");
        pacer.activate(0, 3_000);
        assertEquals(10_000, pacer.departureNs(0), "going idle and back does not help");
        pacer.deactivate(0);
        pacer.activate(0, 50_000);
        assertEquals(50_000, pacer.departureNs(0));
        pacer.sent(0, 1_000, 50_000);
        assertEquals(60_000, pacer.departureNs(0), "nothing was saved up since 10,000");
    }

    @Test
    void shouldChargeWhatInactiveFlowSends() {
        Pacer pacer = pacer(2);
        pacer.schedule(0, rate(100), 0);
        pacer.activate(1, 0);
        pacer.sent(0, 1_000, 0);
        assertFalse(pacer.isActive(0));
        assertEquals(10_000, pacer.departureNs(0));
        assertEquals(Pacer.NONE, pacer.nextFlow(999), "the line carries it, too");
        assertEquals(1, pacer.nextFlow(1_000));
        assertEquals(1, pacer.activeFlows());
    }

    @Test
    void shouldStandStillWhenClockGoesBackwards() {
        Pacer pacer = pacer(2);
        pacer.schedule(0, rate(100), 0);
        pacer.activate(0, 1_000_000);
        pacer.sent(0, 1_000, 1_000_000);
        assertEquals(Pacer.NONE, pacer.nextFlow(-5));
        assertEquals(1_010_000, pacer.departureNs(0));
        pacer.activate(1, 500);
        assertEquals(1_000_000, pacer.departureNs(1), "now is the latest time that was seen");
        pacer.sent(0, 1_000, 0);
        assertEquals(1_020_000, pacer.departureNs(0));
    }

    @Test
    void shouldKeepRateWhenNanosecondsDoNotDivide() {
        Pacer pacer = new Pacer(1, 400_000_000_000L, BURST_NS);
        pacer.activate(0, 0);
        for (int i = 0; i < 1_000_000; i++) {
            pacer.sent(0, 88, pacer.departureNs(0));
        }
        assertEquals(1_760_000, pacer.departureNs(0), "88 bytes take 1.76 ns");
        pacer.schedule(0, FlowSchedule.constant(3), 1_760_000);
        pacer.sent(0, 84, 1_760_000);
        assertEquals(1_760_000 + 224_000_000_000L, pacer.departureNs(0), "and 84 bytes at 3 bit/s 224 s");
    }

    @Test
    void shouldSendInPhasesAndBeSilentBetween() {
        Pacer pacer = pacer(1);
        pacer.schedule(
                0,
                FlowSchedule.repeating(
                        1_000,
                        100_000,
                        List.of(new Phase(0, 800_000_000), new Phase(50_000, 0), new Phase(90_000, 8_000_000_000L))),
                -100_000);
        pacer.activate(0, -40_000);
        assertEquals(-9_000, pacer.departureNs(0), "activated in silence, which ends 10 us before the period");
        pacer.sent(0, 5_000, -9_000);
        assertEquals(-4_000, pacer.departureNs(0));
        pacer.sent(0, 5_000, -4_000);
        assertEquals(1_000, pacer.departureNs(0));
        pacer.sent(0, 4_900, 1_000);
        assertEquals(50_000, pacer.departureNs(0));
        pacer.sent(0, 150, 50_000);
        assertEquals(91_050, pacer.departureNs(0), "100 bytes before the silence, 50 after it");
        pacer.sent(0, 15_000 * 3, 91_050);
        assertEquals(391_050, pacer.departureNs(0), "a period carries 15,000 bytes");
    }

    @Test
    void shouldCarryDebtIntoNewScheduleWithoutBurst() {
        Pacer pacer = pacer(2);
        pacer.schedule(0, rate(10), 0);
        pacer.activate(0, 0);
        pacer.sent(0, 1_000, 0);
        assertEquals(100_000, pacer.departureNs(0));
        pacer.schedule(0, rate(200), 60_000);
        assertEquals(62_000, pacer.departureNs(0), "400 bytes are not carried yet");
        assertEquals(Pacer.NONE, pacer.nextFlow(61_900));
        assertEquals(0, pacer.nextFlow(62_000));
        pacer.schedule(0, rate(1), 61_000);
        assertEquals(62_000, pacer.departureNs(0), "due already: nothing owed");
        pacer.sent(0, 1_000, 62_000);
        assertEquals(1_062_000, pacer.departureNs(0));
        pacer.schedule(0, rate(1_000), 62_000);
        assertEquals(63_000, pacer.departureNs(0));
    }

    @Test
    void shouldCarryRestOfNanosecondIntoSlowerSchedule() {
        Pacer pacer = pacer(1);
        pacer.schedule(0, FlowSchedule.constant(3_000_000_000L), 0);
        pacer.activate(0, 0);
        pacer.sent(0, 1_000, 0);
        assertEquals(2_666, pacer.departureNs(0), "and two bits, two thirds of a nanosecond");
        pacer.schedule(0, FlowSchedule.constant(1_000_000), 2_666);
        assertEquals(4_666, pacer.departureNs(0), "which take 2 us at the new rate");
    }

    @Test
    void shouldKeepNoMoreCreditThanOldRateGaveWhenScheduleChanges() {
        Pacer pacer = pacer(2);
        pacer.schedule(0, rate(10), 0);
        pacer.activate(0, 0);
        pacer.schedule(0, rate(100), 8_000);
        assertEquals(7_200, pacer.departureNs(0), "late by 8 us at a tenth of the rate");
        pacer.schedule(0, rate(1), 8_000);
        assertEquals(7_200, pacer.departureNs(0), "and by no more time than before");
        pacer.schedule(0, rate(2), 1_000_000);
        assertEquals(995_000, pacer.departureNs(0), "never by more than the burst: 10 us at half the rate");
        pacer.schedule(1, rate(1), 1_000_000);
        assertEquals(1_000_000, pacer.departureNs(1), "an idle flow has none");
    }

    @Test
    void shouldHoldFlowUntilTime() {
        Pacer pacer = pacer(1);
        pacer.activate(0, 0);
        pacer.holdUntil(0, 100_000);
        assertEquals(Pacer.NONE, pacer.nextFlow(99_900));
        assertEquals(0, pacer.nextFlow(100_000));
        pacer.holdUntil(0, 50_000);
        assertEquals(100_000, pacer.departureNs(0), "never earlier");
    }

    @Test
    void shouldRefuseScheduleAboveLineAndLeaveFlowAsItWas() {
        Pacer pacer = pacer(1);
        pacer.schedule(0, rate(10), 0);
        pacer.activate(0, 0);
        pacer.sent(0, 100, 0);
        FlowSchedule tooFast = FlowSchedule.constant(LINE + 1);
        String message =
                String.valueOf(assertThrows(IllegalArgumentException.class, () -> pacer.schedule(0, tooFast, 500))
                        .getMessage());
        assertTrue(message.contains("flow=0 rateBitsPerSecond=8000000001"), message);
        assertEquals(10_000, pacer.departureNs(0));
        assertTrue(pacer.isActive(0));
    }

    @Test
    void shouldRefuseArgumentsOutOfRange() {
        assertThrows(IllegalArgumentException.class, () -> new Pacer(0, LINE, 0));
        assertThrows(IllegalArgumentException.class, () -> new Pacer(1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Pacer(1, RateTable.MAX_LINE_RATE + 1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Pacer(1, LINE, -1));
    }

    @Test
    void shouldCountWhatLineCarriesBesidesFrame() {
        assertEquals(84, WireBytes.of(1), "the shortest frame");
        assertEquals(84, WireBytes.of(60));
        assertEquals(85, WireBytes.of(61));
        assertEquals(1_538, WireBytes.of(1_514), "a full one, as every textbook has it");
    }

    @Test
    void shouldAllocateNothing() {
        int flows = 64;
        Pacer pacer = pacer(flows);
        SeededRandom random = new SeededRandom(7);
        FlowSchedule phased = FlowSchedule.repeating(0, 10_000, List.of(new Phase(0, LINE), new Phase(3_000, 0)));
        for (int flow = 0; flow < flows; flow++) {
            pacer.schedule(flow, flow % 2 == 0 ? phased : rate(1 + random.nextInt(100)), 0);
            pacer.activate(flow, 0);
        }
        long[] nowNs = {0};
        long[] packets = {0};
        assertEquals(0, Allocations.inSteadyState(() -> {
            for (int i = 0; i < 50_000; i++) {
                int flow = pacer.nextFlow(nowNs[0]);
                if (flow == Pacer.NONE) {
                    nowNs[0] = pacer.nextDeadlineNs();
                } else {
                    pacer.sent(flow, 1_000, nowNs[0]);
                    packets[0]++;
                }
                pacer.deactivate(i % flows);
                pacer.activate(i % flows, nowNs[0]);
            }
        }));
        assertTrue(packets[0] > 10_000);
    }
}
