package io.heliograph.benchmarks.collective;

import com.sun.management.ThreadMXBean;
import io.heliograph.collectives.Communicator;
import io.heliograph.transport.Clock;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;

/** Times one collective, at one rank of several, beside what the memory would allow. */
final class Measurement {
    private static final byte BLANK = 0x55;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Communicator communicator;
    private final Plan plan;
    private final Rounds rounds;
    private final MemorySegment input;
    private final MemorySegment output;

    Measurement(Communicator communicator, Plan plan, Clock clock) {
        this.communicator = communicator;
        this.plan = plan;
        rounds = new Rounds(communicator, clock);
        long most = Math.max(MemoryRates.LEAST_BYTES, plan.sizesBytes().getLast());
        input = communicator.allocate(most);
        output = communicator.allocate(most);
    }

    /** Measures the memory at a size. */
    MemoryRates memory(long sizeBytes) {
        return MemoryRates.measure(rounds, plan, input, output, sizeBytes);
    }

    /** Measures the collective at a size. */
    Timing run(long sizeBytes, boolean inPlace) {
        int ranks = communicator.size();
        long count = plan.count(sizeBytes, ranks);
        int size = plan.type().sizeBytes();
        long part = communicator.rank() * count * size;
        MemorySegment first = input.asSlice(0, plan.kind().inputElements(count, ranks) * size);
        MemorySegment second = output.asSlice(0, plan.kind().outputElements(count, ranks) * size);
        if (inPlace) {
            switch (plan.kind()) {
                case ALLGATHER -> first = second.asSlice(part, count * size);
                case REDUCESCATTER -> second = first.asSlice(part, count * size);
                default -> second = first;
            }
        }
        MemorySegment from = first;
        MemorySegment to = second;
        long wrong = plan.check() ? check(from, to, count) : Plan.NOT_CHECKED;
        fill(from, count);
        Runnable call = () -> call(from, to, count);
        rounds.warm(plan.warmupNs(sizeBytes), call);
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        int calls = rounds.run(plan.durationNs(), call);
        double allocatedBytes = (double) (THREADS.getCurrentThreadAllocatedBytes() - allocated) / calls;
        return rounds.timing(wrong, allocatedBytes);
    }

    /** All ranks' sums of whole numbers, each by its place; all ranks call it together. */
    long[] sums(long... mine) {
        return rounds.sums(mine);
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
        return rounds.sum(wrong);
    }
}
