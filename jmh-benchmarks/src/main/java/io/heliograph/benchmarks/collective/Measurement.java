package io.heliograph.benchmarks.collective;

import com.sun.management.ThreadMXBean;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.transport.Clock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * Times one collective, at one rank of several. Before each call all ranks meet at a barrier; after it they agree on the slowest one's time, and rank 0 says whether there is another.
 */
final class Measurement {
    private static final int MOST_CALLS = 20_000;
    private static final int LEAST_CALLS = 5;
    private static final byte BLANK = 0x55;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Communicator communicator;
    private final Plan plan;
    private final Clock clock;
    private final MemorySegment input;
    private final MemorySegment output;
    private final MemorySegment word;
    private final double[] timesNs = new double[MOST_CALLS];

    Measurement(Communicator communicator, Plan plan, Clock clock) {
        this.communicator = communicator;
        this.plan = plan;
        this.clock = clock;
        long most = Math.max(plan.type().sizeBytes(), plan.sizesBytes().getLast());
        input = communicator.allocate(most);
        output = communicator.allocate(most);
        word = communicator.allocate(2 * Double.BYTES);
    }

    /** Measures a size. */
    Timing run(long sizeBytes, boolean inPlace) {
        int ranks = communicator.size();
        long count = plan.count(sizeBytes, ranks);
        int size = plan.type().sizeBytes();
        long part = communicator.rank() * count * size;
        MemorySegment from = input.asSlice(0, plan.kind().inputElements(count, ranks) * size);
        MemorySegment to = output.asSlice(0, plan.kind().outputElements(count, ranks) * size);
        if (inPlace) {
            switch (plan.kind()) {
                case ALLGATHER -> from = to.asSlice(part, count * size);
                case REDUCESCATTER -> to = from.asSlice(part, count * size);
                default -> to = from;
            }
        }
        long wrong = plan.check() ? check(from, to, count) : Plan.NOT_CHECKED;
        fill(from, count);
        repeat(plan.warmupNs(sizeBytes), from, to, count);
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        int calls = repeat(plan.durationNs(), from, to, count);
        double allocatedBytes = (double) (THREADS.getCurrentThreadAllocatedBytes() - allocated) / calls;
        double sum = 0;
        for (int i = 0; i < calls; i++) {
            sum += timesNs[i];
        }
        Arrays.sort(timesNs, 0, calls);
        return new Timing(calls, sum / calls, timesNs[0], timesNs[calls / 2], wrong, allocatedBytes);
    }

    private int repeat(long budgetNs, MemorySegment from, MemorySegment to, long count) {
        int calls = 0;
        long startNs = clock.nowNs();
        boolean more = true;
        while (more) {
            communicator.barrier().await();
            long beforeNs = clock.nowNs();
            call(from, to, count);
            word.set(ValueLayout.JAVA_DOUBLE, 0, (double) (clock.nowNs() - beforeNs));
            communicator
                    .allReduce(word, word, 1, DataType.F64, ReduceOperation.MAX)
                    .await();
            timesNs[calls++] = word.get(ValueLayout.JAVA_DOUBLE, 0);
            boolean enough = clock.nowNs() - startNs >= budgetNs && calls >= LEAST_CALLS;
            word.set(ValueLayout.JAVA_DOUBLE, 0, enough || calls == MOST_CALLS ? 0 : 1);
            communicator.broadcast(word, word, 1, DataType.F64, 0).await();
            more = word.get(ValueLayout.JAVA_DOUBLE, 0) != 0;
        }
        return calls;
    }

    private void call(MemorySegment from, MemorySegment to, long count) {
        plan.kind()
                .start(communicator, from, to, count, plan.type(), plan.operation(), plan.root())
                .await();
    }

    private void fill(MemorySegment from, long count) {
        long elements = plan.kind().inputElements(count, communicator.size());
        for (long i = 0; i < elements; i++) {
            int value = plan.kind().input(plan.operation(), communicator.size(), communicator.rank(), i);
            Elements.put(plan.type(), from.address(), i, value);
        }
    }

    /** One call, and how many elements are wrong at all ranks together. */
    private long check(MemorySegment from, MemorySegment to, long count) {
        int ranks = communicator.size();
        to.fill(BLANK);
        fill(from, count);
        call(from, to, count);
        long wrong = 0;
        long elements = plan.kind().outputElements(count, ranks);
        for (long i = 0; i < elements; i++) {
            double expected = plan.kind().expected(plan.operation(), ranks, communicator.rank(), count, i, plan.root());
            wrong += Elements.get(plan.type(), to.address(), i) == expected ? 0 : 1;
        }
        word.set(ValueLayout.JAVA_LONG, 0, wrong);
        communicator.allReduce(word, word, 1, DataType.I64, ReduceOperation.SUM).await();
        return word.get(ValueLayout.JAVA_LONG, 0);
    }
}
