package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.transport.SystemClock;
import java.lang.foreign.MemorySegment;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How long a rank takes to leave. */
final class FarewellTest {
    /** The farewell of one that nobody answers takes half a second. */
    private static final long QUICK_NS = TimeUnit.MILLISECONDS.toNanos(400);

    private static final long LATER_NS = TimeUnit.MILLISECONDS.toNanos(50);
    /** On a busy machine threads stand still for longer than that. */
    private static final int TRIES = 5;

    @ParameterizedTest
    @EnumSource(names = {"SHARED_MEMORY", "PACKETS"})
    void shouldAnswerTheGoodbyeOfWhoeverLeftBefore(Carrier carrier) {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < TRIES && least > QUICK_NS; i++) {
            least = Math.min(least, firstToLeaveNs(carrier));
        }
        long took = least;
        assertTrue(took < QUICK_NS, () -> "took " + took + " ns");
    }

    /** Rank 0 closes while rank 1, waiting for rank 2, hears of it; the others close a little later. */
    private static long firstToLeaveNs(Carrier carrier) {
        long[] tookNs = new long[1];
        CountDownLatch leaves = new CountDownLatch(1);
        try (Group group = carrier.open(3, CommunicatorConfig.DEFAULT)) {
            Group.onThreads(3, rank -> {
                EndpointCommunicator communicator = group.get(rank);
                MemorySegment buffer = communicator.allocate(8);
                communicator.barrier().await();
                long beganNs = SystemClock.INSTANCE.nowNs();
                if (rank == 0) {
                    leaves.countDown();
                    communicator.close();
                    tookNs[0] = SystemClock.INSTANCE.nowNs() - beganNs;
                    return;
                }
                if (rank == 1) {
                    communicator.receive(buffer, 1, DataType.I8, 2).await();
                } else {
                    while (leaves.getCount() > 0 || SystemClock.INSTANCE.nowNs() - beganNs < LATER_NS) {
                        Thread.onSpinWait();
                    }
                    communicator.send(buffer, 1, DataType.I8, 1).await();
                }
                communicator.close();
            });
        }
        return tookNs[0];
    }
}
