package io.heliograph.benchmarks.perf;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class PerfPlanTest {

    @Test
    void shouldHaveTheSizesOfPerftestWhenAllAreWanted() {
        List<Long> sizes = PerfPlan.allSizes();
        assertEquals(2, sizes.getFirst());
        assertEquals(8 << 20, sizes.getLast());
        assertEquals(23, sizes.size());
    }

    @Test
    void shouldKeepFewerOutstandingWhenMessagesAreLarge() {
        PerfPlan plan = new PerfPlan(List.of(2L, 8L << 20, 1L << 30), 1, 0, 1_000, 128);
        assertEquals(128, plan.depth(2));
        assertEquals(8, plan.depth(8 << 20));
        assertEquals(1, plan.depth(1 << 30));
        assertEquals(1 << 30, plan.slotBytes());
        assertEquals(1_000, plan.warmupNs(0));
        assertEquals(100, plan.warmupNs(1));
    }

    @Test
    void shouldFindTheBestSliceAndNeverBeBelowTheAverage() {
        Slices slices = new Slices();
        slices.start(1_000);
        slices.at(1_000 + 10_000_000, 10);
        slices.at(1_000 + 20_000_000, 40);
        slices.at(1_000 + 30_000_000, 50);
        assertEquals(30.0 / 10_000_000, slices.peakPerNs());
        assertEquals(30_000_000, slices.elapsedNs());
        slices.start(5);
        slices.at(105, 1);
        slices.at(200, 1);
        assertEquals(0.01, slices.peakPerNs(), "shorter than a slice, and idle after the last completion");
    }
}
