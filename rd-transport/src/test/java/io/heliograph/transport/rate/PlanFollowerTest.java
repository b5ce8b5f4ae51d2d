package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heliograph.transport.IpAddress;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A node with two flows in an iteration of 1,000 ns, and steps of its own at 0, 400 and 700 ns. */
final class PlanFollowerTest {
    private static final long LINE = 1_000_000;
    private static final IpAddress NODE = IpAddress.parse("10.0.0.1");
    private static final IpAddress OTHER = IpAddress.parse("10.0.0.2");
    private static final IpAddress THIRD = IpAddress.parse("10.0.0.3");
    private static final FlowKey TO_OTHER = new FlowKey(NODE, OTHER, 0);
    private static final FlowKey TO_THIRD = new FlowKey(NODE, THIRD, 0);

    private final RateTables tables = new RateTables(NODE, LINE);
    private final PlanFollower follower = new PlanFollower(
            RateTable.builder(LINE)
                    .otherFlows(1_000)
                    .flow(
                            NODE,
                            OTHER,
                            0,
                            1_000,
                            List.of(new Phase(0, 100_000), new Phase(200, 200_000), new Phase(500, 0)))
                    .flow(NODE, THIRD, 0, 1_000, List.of(new Phase(400, 400_000), new Phase(700, 700_000)))
                    .flow(OTHER, NODE, 0, 1_000, List.of(new Phase(0, 1_000), new Phase(50, 2_000)))
                    .build(),
            tables,
            new long[] {700, 0, 400, 400});

    private void assertRates(long toOther, long toThird) {
        RateTable table = assertNotNullTable();
        assertEquals(toOther, table.schedule(TO_OTHER).rateAt(0));
        assertEquals(toThird, table.schedule(TO_THIRD).rateAt(0));
    }

    private RateTable assertNotNullTable() {
        RateTable table = tables.current();
        assertNotNull(table);
        return table;
    }

    @Test
    void shouldLoadTheBeginningAndWaitForTheFirstStep() {
        assertRates(100_000, 700_000);
        assertEquals(Long.MAX_VALUE, follower.nextChangeNs());
        assertEquals(0, follower.doWork(1_000_000));
        assertRates(100_000, 700_000);
    }

    @Test
    void shouldGoOnAsTimeDoesUpToTheNextOwnStep() {
        follower.moveTo(0, 5_000);
        assertEquals(5_200, follower.nextChangeNs(), "foreign flows change nothing");
        assertEquals(0, follower.doWork(5_199));
        assertEquals(1, follower.doWork(5_200));
        assertRates(200_000, 700_000);
        assertEquals(Long.MAX_VALUE, follower.nextChangeNs(), "the next change is at the next step");
        assertEquals(0, follower.doWork(9_000));
        assertRates(200_000, 700_000);
    }

    @Test
    void shouldLeaveOutWhatIsInBetweenWhenEarly() {
        follower.moveTo(0, 5_000);
        follower.moveTo(400, 5_100);
        assertRates(200_000, 400_000);
        assertEquals(5_200, follower.nextChangeNs());
    }

    @Test
    void shouldKeepTheLastRateWhereThePlanHasNone() {
        follower.moveTo(400, 0);
        assertEquals(1, follower.doWork(100));
        assertRates(200_000, 400_000);
        follower.moveTo(700, 300);
        assertRates(200_000, 700_000);
        assertEquals(Long.MAX_VALUE, follower.nextChangeNs());
    }

    @Test
    void shouldIgnoreStepsOfMomentsThatAreOver() {
        follower.moveTo(700, 300);
        follower.moveTo(400, 400);
        assertRates(200_000, 700_000);
    }

    @Test
    void shouldBeginEachIterationAnew() {
        follower.moveTo(700, 300);
        follower.begin();
        assertRates(100_000, 700_000);
        follower.moveTo(0, 2_000);
        assertEquals(2_200, follower.nextChangeNs());
    }

    @Test
    void shouldLeaveOtherFlowsTheirRate() {
        assertEquals(1_000, assertNotNullTable().otherRateBitsPerSecond());
    }

    @Test
    void shouldRefuseAPlanThatIsFasterThanTheLine() {
        RateTable plan =
                RateTable.builder(2 * LINE).flow(NODE, OTHER, 0, 2 * LINE).build();
        assertThrows(IllegalArgumentException.class, () -> new PlanFollower(plan, tables, new long[] {0}));
    }
}
