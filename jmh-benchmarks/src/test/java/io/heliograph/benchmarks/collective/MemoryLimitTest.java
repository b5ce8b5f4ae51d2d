package io.heliograph.benchmarks.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.List;
import org.junit.jupiter.api.Test;

/** What each collective must copy and add at least, counted here element by element. */
class MemoryLimitTest {
    private static final double COPY_NS = 1;
    private static final double ADD_NS = 100;
    private static final MemoryRates RATES = new MemoryRates(COPY_NS, ADD_NS);

    /** Additions of one rank for an element of its part: an input for each rank, and one less. */
    private static double added(long sizeBytes, int ranks) {
        double sum = 0;
        for (int i = 1; i < ranks; i++) {
            sum += (double) sizeBytes / ranks;
        }
        return sum;
    }

    @Test
    void shouldCountWhatMustBeMoved() {
        long size = 1 << 20;
        for (int ranks : List.of(2, 3, 8)) {
            double part = (double) size / ranks;
            double others = size - part;
            assertLeast(Kind.ALLREDUCE, ranks, added(size, ranks), others, others);
            assertLeast(Kind.REDUCESCATTER, ranks, added(size, ranks), 0, 0);
            assertLeast(Kind.ALLGATHER, ranks, 0, part + others, others);
            assertLeast(Kind.ALLTOALL, ranks, 0, part + others, part + others);
            assertLeast(Kind.BROADCAST, ranks, 0, part + others, part + others);
            assertLeast(Kind.SENDRECV, ranks, 0, part + others, part + others);
        }
    }

    private static void assertLeast(Kind kind, int ranks, double added, double copied, double copiedInPlace) {
        long size = 1 << 20;
        double leastNs = added * ADD_NS + copied * COPY_NS;
        double leastInPlaceNs = added * ADD_NS + copiedInPlace * COPY_NS;
        assertEquals(leastNs, RATES.leastNs(kind, size, ranks, false), 1, kind.name());
        assertEquals(leastInPlaceNs, RATES.leastNs(kind, size, ranks, true), 1, kind.name());
    }

    @Test
    void shouldHaveNoLimitWhereNothingMoves() {
        for (Kind kind : List.of(Kind.ALLREDUCE, Kind.REDUCESCATTER, Kind.ALLGATHER, Kind.BROADCAST)) {
            assertEquals(0, RATES.leastNs(kind, 4096, 1, true), kind.name());
        }
        Timing timing = new Timing(5, 10, 10, 10, 0, 0);
        assertFalse(new Figures(4096, 0, timing, RATES, 0, "direct").isLimited());
    }

    @Test
    void shouldBeTheSameShareOfBandwidthAndOfTime() {
        Timing timing = new Timing(5, 400, 400, 400, 0, 0);
        Figures figures = new Figures(1000, 1.5, timing, RATES, 100, "ring");
        assertEquals(3.75, figures.busBandwidth(), 1e-9);
        assertEquals(15, figures.busBandwidthLimit(), 1e-9);
        assertEquals(0.25, figures.shareOfLimit(), 1e-9);
        assertEquals(figures.busBandwidth() / figures.busBandwidthLimit(), figures.shareOfLimit(), 1e-9);
    }
}
