package io.heliograph.benchmarks.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.Tuning;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.collectives.execute.JobCommunicator;
import io.heliograph.collectives.execute.JobTransport;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class GradientAverageTest {
    private static final int RANKS = 3;
    private static final int STEPS = 3;
    private static final CommunicatorConfig CONFIG =
            CommunicatorConfig.DEFAULT.withTuning(Tuning.DEFAULT.withThresholds());

    private final byte[][] cards = new byte[RANKS][];
    private final CyclicBarrier met = new CyclicBarrier(RANKS);

    @ParameterizedTest
    @CsvSource({"1000, 4", "1000, 64", "1000, 1000", "16, 1000000", "1, 4"})
    void shouldAverageEveryGradientInEveryStep(int count, long bucketBytes) throws Exception {
        try (ExecutorService ranks = Executors.newFixedThreadPool(RANKS)) {
            List<Future<?>> ends = new ArrayList<>();
            for (int rank = 0; rank < RANKS; rank++) {
                int mine = rank;
                ends.add(ranks.submit(() -> takePart(mine, count, bucketBytes)));
            }
            for (Future<?> end : ends) {
                end.get(50, TimeUnit.SECONDS);
            }
        }
    }

    private void takePart(int rank, int count, long bucketBytes) {
        try (JobCommunicator job = JobCommunicator.open(rank, RANKS, exchange(rank), CONFIG, JobTransport.DIRECT)) {
            MemorySegment gradients = job.communicator().allocate((long) count * Float.BYTES);
            GradientAverage average = new GradientAverage(job.communicator(), gradients, bucketBytes);
            for (int step = 0; step < STEPS; step++) {
                for (int i = 0; i < count; i++) {
                    gradients.setAtIndex(ValueLayout.JAVA_FLOAT, i, rank * (i + step));
                }
                average.run();
                for (int i = 0; i < count; i++) {
                    // (0 + 1 + 2) / 3 times the same
                    assertEquals(i + step, gradients.getAtIndex(ValueLayout.JAVA_FLOAT, i), "element " + i);
                }
            }
        }
    }

    private Exchange exchange(int rank) {
        return mine -> {
            try {
                cards[rank] = mine;
                met.await();
                List<byte[]> all = List.of(cards);
                met.await();
                return all;
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        };
    }
}
