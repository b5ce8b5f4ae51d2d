package io.heliograph.benchmarks.soak;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SamplerTest {

    private static final SoakPlan PLAN =
            new SoakPlan(1, 1, 1_024, TimeUnit.HOURS.toNanos(1), TimeUnit.HOURS.toNanos(1), 0, 0, 100, 0);

    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldWriteWhatASampleReads() throws IOException {
        Tally tally = new Tally();
        tally.add(Figure.POSTED, 12);
        tally.set(Figure.VERIFIED_BYTES, Long.MAX_VALUE);
        List<Sample> samples = write(tally, new Checks(tally));
        assertEquals(2, samples.size());
        Sample last = samples.getLast();
        assertTrue(last.last());
        assertEquals(12, last.get(Figure.POSTED));
        assertEquals(Long.MAX_VALUE, last.get(Figure.VERIFIED_BYTES));
        assertTrue(last.get(Figure.HEAP_BYTES) > 0);
        assertEquals("", last.why());
    }

    @Test
    void shouldKeepWordsThatNeedEscapes() throws IOException {
        Tally tally = new Tally();
        Checks checks = new Checks(tally);
        checks.fail("said \"no\"\n\u00e9");
        Sample last = write(tally, checks).getLast();
        assertEquals("said \"no\"\n\u00e9", last.why());
        assertEquals(1, last.get(Figure.ERRORS));
    }

    private List<Sample> write(Tally tally, Checks checks) throws IOException {
        Path file = directory.resolve("samples");
        try (Sampler _ = new Sampler(PLAN, tally, checks, file)) {
            assertEquals(1, Files.readAllLines(file).size());
        }
        List<Sample> samples = new ArrayList<>();
        for (String line : Files.readAllLines(file)) {
            samples.add(Sample.parse(line));
        }
        return samples;
    }

    @Test
    void shouldReadTheResidentSetFromALineOfTheStatus() {
        byte[] text =
                "Name:\tx\nVmHWM:\t  900 kB\nVmRSS:\t  1234 kB\nRssAnon:\t 1 kB\n".getBytes(StandardCharsets.UTF_8);
        assertEquals(1_234L * 1_024, ResidentSet.parse(text, text.length));
        assertEquals(0, ResidentSet.parse(text, 20), "no such line");
    }
}
