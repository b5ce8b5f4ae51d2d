package io.heliograph.benchmarks.soak;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** What people ask of a soak when it is over, for one end: how long, how much was compared, errors, resident set, garbage. */
public final class Summary {

    private static final int QUARTERS = 4;
    private static final double MEBIBYTE = 1 << 20;
    private static final double GIGABYTE = 1e9;

    private final Sample last;
    private final long[] residentBytes = new long[QUARTERS];
    private final long collectionsOfTraffic;

    /**
     * Sums one end up.
     *
     * @param samples in order, not empty
     */
    public Summary(List<Sample> samples) {
        last = samples.getLast();
        for (int quarter = 1; quarter <= QUARTERS; quarter++) {
            residentBytes[quarter - 1] = residentBytesAt(samples, last.get(Figure.RAN_NS) / QUARTERS * quarter);
        }
        collectionsOfTraffic = Verdict.oursFromTheStart(samples);
    }

    /** The last sample that is not after a time of the run. */
    private static long residentBytesAt(List<Sample> samples, long ranNs) {
        Sample found = samples.getFirst();
        for (Sample sample : samples) {
            if (sample.get(Figure.RAN_NS) <= ranNs || ranNs == 0) {
                found = sample;
            }
        }
        return found.get(Figure.RESIDENT_BYTES);
    }

    /** Time since messages were first posted. */
    public long ranNs() {
        return last.get(Figure.RAN_NS);
    }

    /** The resident set after so many quarters of the run, 1 to 4. */
    public long residentBytes(int quarters) {
        return residentBytes[quarters - 1];
    }

    /** Garbage collections, of which the process would have had none without the traffic. */
    public long collectionsOfTraffic() {
        return collectionsOfTraffic;
    }

    /** Everything, in sentences for people. */
    public List<String> lines() {
        return List.of(
                String.format(
                        Locale.ROOT,
                        "ran %.1f s; compared %.3f GB (%d bytes) in %d messages; %d errors",
                        ranNs() / (double) TimeUnit.SECONDS.toNanos(1),
                        last.get(Figure.VERIFIED_BYTES) / GIGABYTE,
                        last.get(Figure.VERIFIED_BYTES),
                        last.get(Figure.VERIFIED),
                        last.get(Figure.ERRORS)),
                String.format(
                        Locale.ROOT,
                        "resident set after 25, 50, 75 and 100 %% of the run: %.1f, %.1f, %.1f and %.1f MiB",
                        residentBytes(1) / MEBIBYTE,
                        residentBytes(2) / MEBIBYTE,
                        residentBytes(3) / MEBIBYTE,
                        residentBytes(4) / MEBIBYTE),
                String.format(
                        Locale.ROOT,
                        "garbage collections: %d since the process started, %d of them due to the traffic; heap allocated: %d"
                                + " bytes by the traffic, %d by the process",
                        last.get(Figure.GC_CYCLES),
                        collectionsOfTraffic,
                        last.get(Figure.TRAFFIC_HEAP_BYTES),
                        last.get(Figure.HEAP_BYTES)));
    }
}
