package io.heliograph.benchmarks;

import java.util.Arrays;
import java.util.Locale;

/**
 * What {@link EndpointBenchmark} measures, on a busy machine: times each batch of 64 WRITEs, 20 to 200 microseconds, by itself and prints the least and the first decile of many,
 * which fit between two turns of the scheduler. Arguments: bytes of a message, which is one packet, up to 8,904; a second or two each.
 */
public final class EndpointTimer {

    private static final int BATCHES = 15_000;
    private static final int SMALL_BYTES = 1_416;
    private static final int SMALL_MTU_BYTES = 1_500;
    private static final int LARGE_MTU_BYTES = 9_000;

    private EndpointTimer() {}

    /** Measures each size in turn. */
    public static void main(String[] sizes) {
        for (String size : sizes) {
            int bytes = Integer.parseInt(size);
            EndpointBenchmark endpoints =
                    new EndpointBenchmark(bytes <= SMALL_BYTES ? SMALL_MTU_BYTES : LARGE_MTU_BYTES);
            endpoints.bytes = bytes;
            endpoints.meet();
            double[] nsPerPacket = new double[BATCHES];
            // The first half is for the JIT compiler.
            for (int i = 0; i < 2 * BATCHES; i++) {
                long startNs = System.nanoTime();
                int packets = endpoints.write();
                nsPerPacket[i % BATCHES] = (double) (System.nanoTime() - startNs) / packets;
            }
            endpoints.close();
            Arrays.sort(nsPerPacket);
            System.out.printf(
                    Locale.ROOT,
                    "%5d bytes: least %.1f, first decile %.1f ns a packet%n",
                    endpoints.bytes,
                    nsPerPacket[0],
                    nsPerPacket[BATCHES / 10]);
        }
    }
}
