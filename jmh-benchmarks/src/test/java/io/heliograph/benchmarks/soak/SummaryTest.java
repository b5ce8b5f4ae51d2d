package io.heliograph.benchmarks.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SummaryTest {

    private static final long MEBIBYTE = 1 << 20;

    @Test
    void shouldTellTheResidentSetByQuartersOfTheTime() {
        List<Sample> samples = new ArrayList<>();
        // One from before the traffic, then one each second; the last comes late.
        for (long second : new long[] {0, 0, 1, 2, 3, 4, 5, 6, 7, 8}) {
            samples.add(sample(second, Map.of(Figure.RESIDENT_BYTES, (100 + second) * MEBIBYTE)));
        }
        Summary summary = new Summary(samples);
        assertEquals(TimeUnit.SECONDS.toNanos(8), summary.ranNs());
        assertEquals(102 * MEBIBYTE, summary.residentBytes(1));
        assertEquals(104 * MEBIBYTE, summary.residentBytes(2));
        assertEquals(106 * MEBIBYTE, summary.residentBytes(3));
        assertEquals(108 * MEBIBYTE, summary.residentBytes(4));
    }

    @Test
    void shouldCountCollectionsOfTheTrafficFromTheStart() {
        List<Sample> samples = List.of(
                sample(0, Map.of()),
                sample(1, Map.of(Figure.GC_CYCLES, 2L, Figure.HEAP_BYTES, 1_000L, Figure.TRAFFIC_HEAP_BYTES, 20L)),
                sample(2, Map.of(Figure.GC_CYCLES, 3L, Figure.HEAP_BYTES, 9_000L, Figure.TRAFFIC_HEAP_BYTES, 20L)));
        assertEquals(2, new Summary(samples).collectionsOfTraffic(), "others allocated all before the third");
        assertTrue(
                new Summary(samples)
                        .lines()
                        .getLast()
                        .startsWith("garbage collections: 3 since the process started, 2 of them due to the traffic"),
                new Summary(samples).lines()::toString);
    }

    @Test
    void shouldSayHowMuchWasComparedInHowLong() {
        Summary summary = new Summary(List.of(sample(
                3_600, Map.of(Figure.VERIFIED_BYTES, 12_345_678_901L, Figure.VERIFIED, 77L, Figure.ERRORS, 1L))));
        assertEquals(
                "ran 3600.0 s; compared 12.346 GB (12345678901 bytes) in 77 messages; 1 errors",
                summary.lines().getFirst());
    }

    private static Sample sample(long second, Map<Figure, Long> figures) {
        Map<Figure, Long> all = new EnumMap<>(Figure.class);
        all.putAll(figures);
        all.put(Figure.RAN_NS, TimeUnit.SECONDS.toNanos(second));
        return new Sample(all, "", false);
    }
}
