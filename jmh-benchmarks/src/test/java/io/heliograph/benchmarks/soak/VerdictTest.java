package io.heliograph.benchmarks.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class VerdictTest {

    private static final long MEBIBYTE = 1 << 20;

    @Test
    void shouldFindNothingWhenMemoryIsFlatAfterTheFirstHalf() {
        assertEquals(List.of(), Verdict.of("server", samples(100, 150, 200, 200, 207, 203)));
    }

    @Test
    void shouldFailWhenTheResidentSetGrowsOverTheSecondHalf() {
        List<Sample> samples = samples(100, 100, 100, 100, 105, 109);
        assertEquals(9 * MEBIBYTE, Verdict.growthBytes(samples));
        List<String> wrong = Verdict.of("server", samples);
        assertEquals(1, wrong.size(), wrong::toString);
        assertTrue(wrong.getFirst().contains("resident set grew by 9.0 MiB"), wrong::toString);
    }

    @Test
    void shouldAllowFivePercentOfALargeResidentSet() {
        assertEquals(List.of(), Verdict.of("server", samples(1000, 1000, 1000, 1000, 1040, 1049)));
        assertEquals(
                1,
                Verdict.of("server", samples(1000, 1000, 1000, 1000, 1040, 1051))
                        .size());
    }

    @Test
    void shouldCallACollectionOursWhenTheTrafficAllocatedForIt() {
        List<Sample> samples = samples(100, 100, 100, 100, 100, 100);
        samples.set(5, with(samples.get(5), Map.of(Figure.GC_CYCLES, 1L, Figure.HEAP_BYTES, 1_000_000L)));
        assertEquals(List.of(), Verdict.of("server", samples), "others allocated it all");
        samples.set(5, with(samples.get(5), Map.of(Figure.TRAFFIC_HEAP_BYTES, 20_000L)));
        List<String> wrong = Verdict.of("server", samples);
        assertEquals(1, wrong.size(), wrong::toString);
        assertTrue(wrong.getFirst().contains("20000 of 1000000 bytes"), wrong::toString);
    }

    @Test
    void shouldFailWhenACheckDid() {
        List<Sample> samples = samples(100, 100);
        samples.set(
                1, new Sample(with(samples.get(1), Map.of(Figure.ERRORS, 2L)).figures(), "came twice", true));
        List<String> wrong = Verdict.of("client", samples);
        assertEquals(List.of("client: 2 failed checks, the first: came twice"), wrong);
    }

    private static List<Sample> samples(long... residentMebibytes) {
        List<Sample> samples = new ArrayList<>();
        for (long resident : residentMebibytes) {
            Map<Figure, Long> figures = new EnumMap<>(Figure.class);
            figures.put(Figure.RESIDENT_BYTES, resident * MEBIBYTE);
            samples.add(new Sample(figures, "", false));
        }
        return samples;
    }

    private static Sample with(Sample sample, Map<Figure, Long> more) {
        Map<Figure, Long> figures = new EnumMap<>(sample.figures());
        figures.putAll(more);
        return new Sample(figures, sample.why(), sample.last());
    }
}
