package io.heliograph.benchmarks.soak;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Judges the samples of one end. The first half of them is warm-up: the compiler works, and memory that is used for the first time
 * becomes resident.
 *
 * <p>The resident set may grow by {@value #GROWTH_PERCENT} % or by 8 MiB, whichever is more, from the middle of the run on. A garbage
 * collection from the middle on is ours if, since the one before, the threads of the traffic allocated more than {@value
 * #OURS_PERCENT} % of what the process did.
 */
public final class Verdict {

    private static final double GROWTH_PERCENT = 5;
    private static final long GROWTH_BYTES = 8L << 20;
    private static final double OURS_PERCENT = 1;
    private static final double ALL_PERCENT = 100;
    private static final int LEAST_SAMPLES = 5;
    private static final double MEBIBYTE = 1 << 20;

    private Verdict() {}

    /** Whether there are enough samples to judge memory and garbage collections by. */
    public static boolean judgesMemory(List<Sample> samples) {
        return samples.size() >= LEAST_SAMPLES;
    }

    /**
     * What is wrong.
     *
     * @param end what to call the end
     * @param samples in order
     * @return a sentence for each failed check
     */
    public static List<String> of(String end, List<Sample> samples) {
        List<String> wrong = new ArrayList<>();
        if (samples.isEmpty()) {
            wrong.add(end + ": no samples");
            return wrong;
        }
        Sample last = samples.getLast();
        if (last.get(Figure.ERRORS) > 0) {
            wrong.add(end + ": " + last.get(Figure.ERRORS) + " failed checks, the first: " + last.why());
        }
        if (judgesMemory(samples)) {
            judgeResidentSet(end, samples, wrong);
            judgeCollections(end, samples, samples.size() / 2, wrong);
        }
        return wrong;
    }

    /** Bytes that the resident set grew by from the middle of the run to its greatest after that. */
    public static long growthBytes(List<Sample> samples) {
        int middle = samples.size() / 2;
        long from = samples.get(middle).get(Figure.RESIDENT_BYTES);
        long most = from;
        for (Sample sample : samples.subList(middle, samples.size())) {
            most = Math.max(most, sample.get(Figure.RESIDENT_BYTES));
        }
        return most - from;
    }

    private static void judgeResidentSet(String end, List<Sample> samples, List<String> wrong) {
        long from = samples.get(samples.size() / 2).get(Figure.RESIDENT_BYTES);
        long growth = growthBytes(samples);
        if (growth > Math.max(GROWTH_BYTES, from * GROWTH_PERCENT / ALL_PERCENT)) {
            wrong.add(String.format(
                    Locale.ROOT,
                    "%s: the resident set grew by %.1f MiB over the second half, from %.1f MiB",
                    end,
                    growth / MEBIBYTE,
                    from / MEBIBYTE));
        }
    }

    /** Garbage collections over the whole run that were due to the traffic, by the rule above but from its beginning on. */
    public static long oursFromTheStart(List<Sample> samples) {
        return judgeCollections("", samples, 0, new ArrayList<>());
    }

    private static long judgeCollections(String end, List<Sample> samples, int from, List<String> wrong) {
        Sample before = samples.getFirst();
        long counted = 0;
        for (int i = 1; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            long cycles = sample.get(Figure.GC_CYCLES) - samples.get(i - 1).get(Figure.GC_CYCLES);
            if (cycles == 0) {
                continue;
            }
            long ours = sample.get(Figure.TRAFFIC_HEAP_BYTES) - before.get(Figure.TRAFFIC_HEAP_BYTES);
            long all = sample.get(Figure.HEAP_BYTES) - before.get(Figure.HEAP_BYTES);
            if (i > from && ours > all * OURS_PERCENT / ALL_PERCENT) {
                counted += cycles;
                wrong.add(end + ": " + cycles + " garbage collections, before which the traffic had allocated " + ours
                        + " of " + all + " bytes");
            }
            before = sample;
        }
        return counted;
    }
}
