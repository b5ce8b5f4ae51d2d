package io.heliograph.benchmarks.collective;

import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.transport.Clock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/**
 * Times something that all ranks do at once, again and again: before each time they meet at a barrier; after it they agree on the slowest one's time, and rank 0 says whether there is another. Allocates nothing once it is made.
 */
final class Rounds {
    private static final int MOST = 20_000;
    private static final int LEAST = 5;
    /** So often each has its turn in a warm-up, so that none is compiled for alone. */
    private static final int TURNS_OF_WARMUP = 20;

    private final Communicator communicator;
    private final Clock clock;
    private final MemorySegment word;
    private final double[] timesNs = new double[MOST];
    private int count;

    Rounds(Communicator communicator, Clock clock) {
        this.communicator = communicator;
        this.clock = clock;
        word = communicator.allocate(2 * Double.BYTES);
    }

    /** Does all of these in turns for so long, however often that is, each at least once: for the compiler. */
    void warm(long budgetNs, List<? extends Runnable> all) {
        long startNs = clock.nowNs();
        do {
            for (Runnable what : all) {
                run(budgetNs / all.size() / TURNS_OF_WARMUP, 1, what);
            }
        } while (isBefore(startNs + budgetNs));
    }

    /** Whether rank 0 says that it is not so late yet. */
    private boolean isBefore(long deadlineNs) {
        word.set(ValueLayout.JAVA_DOUBLE, 0, clock.nowNs() - deadlineNs < 0 ? 1 : 0);
        communicator.broadcast(word, word, 1, DataType.F64, 0).await();
        return word.get(ValueLayout.JAVA_DOUBLE, 0) != 0;
    }

    /** Does it for so long, or as often as there is room for times; returns how often. */
    int run(long budgetNs, Runnable what) {
        return run(budgetNs, LEAST, what);
    }

    private int run(long budgetNs, int least, Runnable what) {
        count = 0;
        long startNs = clock.nowNs();
        boolean more = true;
        while (more) {
            communicator.barrier().await();
            long beforeNs = clock.nowNs();
            what.run();
            word.set(ValueLayout.JAVA_DOUBLE, 0, (double) (clock.nowNs() - beforeNs));
            communicator
                    .allReduce(word, word, 1, DataType.F64, ReduceOperation.MAX)
                    .await();
            timesNs[count++] = word.get(ValueLayout.JAVA_DOUBLE, 0);
            boolean enough = clock.nowNs() - startNs >= budgetNs && count >= least;
            word.set(ValueLayout.JAVA_DOUBLE, 0, enough || count == MOST ? 0 : 1);
            communicator.broadcast(word, word, 1, DataType.F64, 0).await();
            more = word.get(ValueLayout.JAVA_DOUBLE, 0) != 0;
        }
        return count;
    }

    /** The times of the last {@link #run}, as a result with these. */
    Timing timing(long wrong, double allocatedBytes) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += timesNs[i];
        }
        Arrays.sort(timesNs, 0, count);
        return new Timing(count, sum / count, timesNs[0], timesNs[count / 2], wrong, allocatedBytes);
    }

    /** All ranks' sum of a whole number. */
    long sum(long mine) {
        word.set(ValueLayout.JAVA_LONG, 0, mine);
        communicator.allReduce(word, word, 1, DataType.I64, ReduceOperation.SUM).await();
        return word.get(ValueLayout.JAVA_LONG, 0);
    }

    /** All ranks' sums of whole numbers, each by its place. */
    long[] sums(long... mine) {
        MemorySegment words = communicator.allocate((long) mine.length * Long.BYTES);
        for (int i = 0; i < mine.length; i++) {
            words.setAtIndex(ValueLayout.JAVA_LONG, i, mine[i]);
        }
        communicator
                .allReduce(words, words, mine.length, DataType.I64, ReduceOperation.SUM)
                .await();
        long[] sums = new long[mine.length];
        for (int i = 0; i < mine.length; i++) {
            sums[i] = words.getAtIndex(ValueLayout.JAVA_LONG, i);
        }
        return sums;
    }
}
