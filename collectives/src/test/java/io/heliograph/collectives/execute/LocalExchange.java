package io.heliograph.collectives.execute;

import io.heliograph.collectives.bootstrap.Exchange;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;

/** An exchange between threads of one process. */
final class LocalExchange {
    private final byte[][] cards;
    private final CyclicBarrier barrier;

    LocalExchange(int ranks) {
        cards = new byte[ranks][];
        barrier = new CyclicBarrier(ranks);
    }

    Exchange of(int rank) {
        return mine -> {
            cards[rank] = mine;
            await();
            List<byte[]> all = List.copyOf(Arrays.asList(cards));
            await();
            return all;
        };
    }

    private void await() {
        try {
            barrier.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (BrokenBarrierException e) {
            throw new AssertionError(e);
        }
    }
}
