package io.heliograph.transport.rate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.rate.Bottleneck.Sender;
import java.util.List;
import org.junit.jupiter.api.Test;

class IterationWeightingTest extends RatePolicyContractTest {
    private static final int PACKET = Bottleneck.WIRE_BYTES;
    /** 1,524 bytes at 10 Gbit/s. */
    private static final long PACKET_NS = 1_219;

    private static final long BASE_RTT_NS = 20_000;
    private static final int JOB_PACKETS = 1_640;
    /** What a job takes to send alone, and what it computes: a little more, so that two jobs fit beside each other. */
    private static final long SEND_NS = JOB_PACKETS * PACKET_NS;

    private static final long COMPUTE_NS = 2_400_000;
    private static final int ITERATIONS = 60;

    private static SwiftConfig config() {
        return new SwiftConfig(PACKET, LINE, 30_000, 0, 0.1, 100, 1, 0.8, 0.5, 1e-3, 256, 10);
    }

    private static IterationWeighting weighting(int flows, long wireBytes) {
        IterationWeighting weighting =
                new IterationWeighting(flows, IterationWeighting.SLOPE, IterationWeighting.INTERCEPT, 1_000_000);
        for (int flow = 0; flow < flows; flow++) {
            weighting.iteration(flow, wireBytes);
        }
        return weighting;
    }

    @Override
    RatePolicy newPolicy() {
        return new Swift(FLOWS, config(), weighting(FLOWS, 1_000_000));
    }

    @Test
    void shouldGrowWithPartOfIterationThatIsSent() {
        IterationWeighting weighting = weighting(2, 1_000);
        assertEquals(0.25 + 1.75 * 0.1, weighting.onAcknowledged(0, 100, 0), 1e-12);
        assertEquals(0.25 + 1.75 * 0.6, weighting.onAcknowledged(0, 500, 10), 1e-12);
        assertEquals(0.25 + 1.75 * 0.2, weighting.onAcknowledged(1, 200, 10), 1e-12, "each flow for itself");
        assertEquals(2, weighting.onAcknowledged(0, 500, 1_000_010), 1e-12, "at most all of it");
        assertEquals(0.25 + 1.75 * 0.3, weighting.onAcknowledged(0, 300, 2_000_011), 1e-12, "a gap, a new iteration");
        assertEquals(0.25 + 1.75 * 0.4, weighting.onAcknowledged(0, 100, 5), 1e-12, "a clock that goes backwards");
    }

    @Test
    void shouldBeEvenWhenFlowHasNoIteration() {
        IterationWeighting weighting = weighting(1, 1_000);
        weighting.onAcknowledged(0, 900, 0);
        weighting.iteration(0, 0);
        assertEquals(1, weighting.onAcknowledged(0, 100, 0));
        weighting.iteration(0, 200);
        assertEquals(0.25 + 1.75 * 0.5, weighting.onAcknowledged(0, 100, 0), 1e-12, "begins anew");
    }

    @Test
    void shouldRefuseWhatWouldNeverGrow() {
        assertThrows(IllegalArgumentException.class, () -> new IterationWeighting(1, 1, 0, 1));
        assertThrows(IllegalArgumentException.class, () -> new IterationWeighting(1, -1, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new IterationWeighting(1, Double.NaN, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> new IterationWeighting(1, 1, 1, 0));
    }

    /** Two jobs that begin almost together; the mean of both's last iterations. */
    private static double iterationNs(boolean weighted) {
        Bottleneck network = new Bottleneck(PACKET_NS, BASE_RTT_NS);
        Sender first = network.addJob(job(weighted), JOB_PACKETS, COMPUTE_NS, 0);
        Sender second = network.addJob(job(weighted), JOB_PACKETS, COMPUTE_NS, 200_000);
        network.runUntil(ITERATIONS * (COMPUTE_NS + 2 * SEND_NS));
        double sum = 0;
        for (List<Long> iterations : List.of(first.iterationsNs, second.iterationsNs)) {
            assertTrue(iterations.size() >= ITERATIONS - 1);
            for (long iterationNs : iterations.subList(iterations.size() - 10, iterations.size())) {
                sum += iterationNs;
            }
        }
        return sum / 20;
    }

    private static Swift job(boolean weighted) {
        return new Swift(1, config(), weighted ? weighting(1, (long) JOB_PACKETS * PACKET) : Aggressiveness.EVEN);
    }

    @Test
    void shouldLayJobsSideBySideWherePlainSwiftLeavesThemOnTopOfEachOther() {
        double even = iterationNs(false);
        double weighted = iterationNs(true);
        double ideal = COMPUTE_NS + SEND_NS;
        String figures = "iteration even %.0f, weighted %.0f, alone %.0f ns".formatted(even, weighted, ideal);
        assertTrue(even > 1.3 * ideal, figures);
        assertTrue(weighted < 1.05 * ideal, figures);
    }
}
