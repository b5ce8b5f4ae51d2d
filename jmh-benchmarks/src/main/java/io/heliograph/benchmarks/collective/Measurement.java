package io.heliograph.benchmarks.collective;

import com.sun.management.ThreadMXBean;
import io.heliograph.collectives.Communicator;
import io.heliograph.transport.Clock;
import java.lang.foreign.MemorySegment;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;

/** Times one collective, at one rank of several, beside what the memory would allow. */
final class Measurement {
    private static final byte BLANK = 0x55;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    private final Communicator communicator;
    private final Plan plan;
    private final Rounds rounds;
    private final MemorySegment input;
    private final MemorySegment output;
    private boolean isWarm;

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

    /**
     * Has all sizes take turns, out of place and in place, before the first is measured: a compiler that has seen one size alone leaves out what only others need, and begins anew in the middle of the
     * next one's measurement.
     */
    private void warm() {
        List<Runnable> calls = new ArrayList<>();
        for (long sizeBytes : plan.sizesBytes()) {
            calls.add(new Buffers(sizeBytes, false));
            if (plan.kind().canBeInPlace()) {
                calls.add(new Buffers(sizeBytes, true));
            }
        }
        rounds.warm(plan.warmupNs(), calls);
        isWarm = true;
    }

    /** Measures the collective at a size. */
    Timing run(long sizeBytes, boolean inPlace) {
        if (!isWarm) {
            warm();
        }
        Buffers call = new Buffers(sizeBytes, inPlace);
        long wrong = plan.check() ? check(call) : Plan.NOT_CHECKED;
        fill(call);
        rounds.warm(plan.laterWarmupNs(), List.of(call));
        long allocated = THREADS.getCurrentThreadAllocatedBytes();
        int calls = rounds.run(plan.durationNs(), call);
        double allocatedBytes = (double) (THREADS.getCurrentThreadAllocatedBytes() - allocated) / calls;
        return rounds.timing(wrong, allocatedBytes);
    }

    /** All ranks' sums of whole numbers, each by its place; all ranks call it together. */
    long[] sums(long... mine) {
        return rounds.sums(mine);
    }

    /** A call with buffers of a size. */
    private final class Buffers implements Runnable {
        private final MemorySegment from;
        private final MemorySegment to;
        private final long count;

        Buffers(long sizeBytes, boolean inPlace) {
            int ranks = communicator.size();
            count = plan.count(sizeBytes, ranks);
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
            from = first;
            to = second;
        }

        @Override
        public void run() {
            plan.kind()
                    .start(communicator, from, to, count, plan.type(), plan.operation(), plan.root())
                    .await();
        }
    }

    private void fill(Buffers call) {
        long elements = plan.kind().inputElements(call.count, communicator.size());
        for (long i = 0; i < elements; i++) {
            int value = plan.kind().input(plan.operation(), communicator.size(), communicator.rank(), i);
            Elements.put(plan.type(), call.from.address(), i, value);
        }
    }

    /** One call, and how many elements are wrong at all ranks together. */
    private long check(Buffers call) {
        int ranks = communicator.size();
        call.to.fill(BLANK);
        fill(call);
        call.run();
        long wrong = 0;
        long elements = plan.kind().outputElements(call.count, ranks);
        for (long i = 0; i < elements; i++) {
            double expected =
                    plan.kind().expected(plan.operation(), ranks, communicator.rank(), call.count, i, plan.root());
            wrong += Elements.get(plan.type(), call.to.address(), i) == expected ? 0 : 1;
        }
        return rounds.sum(wrong);
    }
}
