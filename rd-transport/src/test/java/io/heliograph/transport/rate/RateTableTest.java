package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.IpAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateTableTest {
    private static final long LINE = 10_000_000_000L;
    private static final IpAddress A = IpAddress.parse("198.18.0.1");
    private static final IpAddress B = IpAddress.parse("198.18.0.2");

    private static void assertRefused(String expected, Executable executable) {
        String message = String.valueOf(
                assertThrows(IllegalArgumentException.class, executable).getMessage());
        assertTrue(message.contains(expected), () -> "expected \"" + expected + "\" in: " + message);
    }

    private static FlowSchedule schedule(long startNs, long periodNs, Phase... phases) {
        RateTable table = RateTable.builder(LINE)
                .startNs(startNs)
                .flow(A, B, 3, periodNs, List.of(phases))
                .build();
        return table.schedule(new FlowKey(A, B, 3));
    }

    @Test
    void shouldGiveRateOfPhaseThatTimeLiesIn() {
        FlowSchedule schedule = schedule(1_000, 100, new Phase(10, 5_000), new Phase(40, 0), new Phase(70, 9_000));
        for (long turn : new long[] {-3, 0, 1, 1_000_000}) {
            long beginNs = 1_000 + 100 * turn;
            assertEquals(0, schedule.rateAt(beginNs), "silent before the first phase");
            assertEquals(0, schedule.rateAt(beginNs + 9));
            assertEquals(5_000, schedule.rateAt(beginNs + 10));
            assertEquals(5_000, schedule.rateAt(beginNs + 39));
            assertEquals(0, schedule.rateAt(beginNs + 40));
            assertEquals(9_000, schedule.rateAt(beginNs + 70));
            assertEquals(9_000, schedule.rateAt(beginNs + 99));
        }
        assertEquals(9_000, schedule.peakRate());
    }

    @Test
    void shouldKnowListedFlowsAndGiveOthersTheirRate() {
        RateTable table = RateTable.builder(LINE)
                .startNs(77)
                .otherFlows(2_000_000)
                .flow(A, B, 0, 1_000_000)
                .build();
        assertEquals(77, table.startNs());
        assertEquals(List.of(new FlowKey(A, B, 0)), List.copyOf(table.flows()));
        assertNotNull(table.find(new FlowKey(A, B, 0)));
        assertNull(table.find(new FlowKey(A, B, 1)), "another class");
        assertNull(table.find(new FlowKey(B, A, 0)), "the other direction");
        assertEquals(1_000_000, table.schedule(new FlowKey(A, B, 0)).rateAt(5));
        assertEquals(2_000_000, table.schedule(new FlowKey(B, A, 0)).rateAt(5));
        FlowSchedule unset = RateTable.builder(LINE).build().schedule(new FlowKey(A, B, 0));
        assertEquals(LINE, unset.rateAt(0), "the line rate if nothing else is said");
    }

    @Test
    void shouldDivideRatesAmongEngines() {
        FlowSchedule part =
                schedule(0, 100, new Phase(0, 9_001), new Phase(50, 0)).dividedBy(4);
        assertEquals(2_250, part.rateAt(0));
        assertEquals(0, part.rateAt(50));
        assertEquals(1, FlowSchedule.constant(3).dividedBy(4).rateAt(0), "never silent where it was not");
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 8, Integer.MIN_VALUE})
    void shouldRefuseClassOutOfRange(int trafficClass) {
        assertRefused(
                "flow=198.18.0.1->198.18.0.2/" + trafficClass + " trafficClass=" + trafficClass,
                () -> RateTable.builder(LINE).flow(A, B, trafficClass, 1_000_000));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -5, RateTable.MAX_PERIOD_NS + 1})
    void shouldRefusePeriodOutOfRange(long periodNs) {
        assertRefused(
                "198.18.0.1->198.18.0.2/3 periodNs=" + periodNs, () -> schedule(0, periodNs, new Phase(0, 1_000_000)));
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, Long.MIN_VALUE, LINE + 1, Long.MAX_VALUE})
    void shouldRefuseRateThatIsNegativeOrAboveLine(long rate) {
        assertRefused(
                "198.18.0.1->198.18.0.2/3 phase=1 rateBitsPerSecond=" + rate,
                () -> schedule(0, 100, new Phase(0, LINE), new Phase(50, rate)));
    }

    @Test
    void shouldRefuseFlowThatNeverSends() {
        assertRefused(
                "198.18.0.1->198.18.0.2/3 rateBitsPerSecond=0 in every phase",
                () -> schedule(0, 100, new Phase(0, 0), new Phase(50, 0)));
        assertRefused(
                "rateBitsPerSecond=0 in every phase",
                () -> RateTable.builder(LINE).flow(A, B, 0, 0));
        assertRefused(
                "average rateBitsPerSecond=999;", () -> RateTable.builder(LINE).flow(A, B, 0, 999));
        assertRefused(
                "average rateBitsPerSecond=10;", () -> schedule(0, 1_000_000_000, new Phase(0, LINE), new Phase(1, 0)));
        assertEquals(1_000, schedule(0, 5, new Phase(0, 1_000)).rateAt(0));
    }

    @ParameterizedTest
    @CsvSource({"-1, -1", "100, 100", "101, 101"})
    void shouldRefusePhaseOutsideOfPeriod(long startNs, long named) {
        assertRefused(
                "198.18.0.1->198.18.0.2/3 phase=0 startNs=" + named + "; lies outside",
                () -> schedule(0, 100, new Phase(startNs, 1_000_000)));
    }

    @ParameterizedTest
    @ValueSource(longs = {50, 49, 0})
    void shouldRefusePhasesThatAreUnsortedOrStartTogether(long secondStartNs) {
        assertRefused(
                "198.18.0.1->198.18.0.2/3 phase=1 startNs=" + secondStartNs + "; not after",
                () -> schedule(0, 100, new Phase(50, 1_000_000), new Phase(secondStartNs, 1_000_000)));
    }

    @Test
    void shouldRefuseNoPhasesOrTooMany() {
        assertRefused("198.18.0.1->198.18.0.2/3 phases=0", () -> schedule(0, 100));
        List<Phase> phases = new ArrayList<>();
        for (int i = 0; i < RateTable.MAX_PHASES; i++) {
            phases.add(new Phase(i, 1_000_000));
        }
        RateTable.builder(LINE).flow(A, B, 0, 1 << 20, phases);
        phases.add(new Phase(RateTable.MAX_PHASES, 1_000_000));
        assertRefused("phases=1025", () -> RateTable.builder(LINE).flow(A, B, 0, 1 << 20, phases));
    }

    @Test
    void shouldRefuseFlowThatIsListedTwiceAndKeepTheFirst() {
        RateTable.Builder builder = RateTable.builder(LINE).flow(A, B, 0, 1_000_000);
        assertRefused("198.18.0.1->198.18.0.2/0 it is listed already", () -> builder.flow(A, B, 0, 2_000_000));
        RateTable table = builder.flow(A, B, 1, 3_000_000).build();
        assertEquals(1_000_000, table.schedule(new FlowKey(A, B, 0)).rateAt(0));
        assertEquals(3_000_000, table.schedule(new FlowKey(A, B, 1)).rateAt(0));
    }

    @Test
    void shouldNotChangeWhenBuilderGoesOn() {
        RateTable.Builder builder = RateTable.builder(LINE).flow(A, B, 0, 1_000_000);
        RateTable table = builder.build();
        builder.flow(B, A, 0, 1_000_000);
        assertEquals(1, table.flows().size());
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, 999, RateTable.MAX_LINE_RATE + 1})
    void shouldRefuseLineRateOutOfRange(long lineRate) {
        assertRefused("lineRateBitsPerSecond=" + lineRate, () -> RateTable.builder(lineRate));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, LINE + 1})
    void shouldRefuseOtherFlowsRateOutOfRange(long rate) {
        assertRefused(
                "otherFlows rateBitsPerSecond=" + rate,
                () -> RateTable.builder(LINE).otherFlows(rate));
    }
}
