package io.heliograph.benchmarks.collective;

/**
 * What came of one size, out of place or in place.
 *
 * @param sizeBytes of the larger buffer of a rank
 * @param busFactor bytes on the bus for each byte of the size
 * @param timing how long it took
 * @param memory how fast the memory was
 * @param leastNs how long it takes to copy and add what must be, at that rate; 0 if nothing must
 * @param algorithm which was taken
 */
record Figures(long sizeBytes, double busFactor, Timing timing, MemoryRates memory, double leastNs, String algorithm) {

    /** 10^9 bytes a second. */
    double algorithmBandwidth() {
        return timing.algorithmBandwidth(sizeBytes);
    }

    double busBandwidth() {
        return algorithmBandwidth() * busFactor;
    }

    /** Whether there is a limit: a single rank moves nothing. */
    boolean isLimited() {
        return leastNs > 0;
    }

    /** The bus bandwidth that the memory would allow. */
    double busBandwidthLimit() {
        return sizeBytes * busFactor / leastNs;
    }

    /** Bus bandwidth as a share of the limit, which is the least time as a share of the time. */
    double shareOfLimit() {
        return leastNs / timing.medianNs();
    }
}
