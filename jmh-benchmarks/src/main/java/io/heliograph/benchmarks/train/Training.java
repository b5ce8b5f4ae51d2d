package io.heliograph.benchmarks.train;

import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.DataType;
import io.heliograph.transport.Clock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.zip.CRC32C;

/**
 * Trains a replica, alone or as one of several ranks: all begin with rank 0's parameters; each step is backward with the rank's own images, the average of the gradients, and the same move of the parameters everywhere.
 */
final class Training {
    private final Clock clock;
    private final TrainPlan plan;
    private final Replica replica;

    Training(Clock clock, TrainPlan plan, Replica replica) {
        this.clock = clock;
        this.plan = plan;
        this.replica = replica;
    }

    /**
     * Trains without others.
     *
     * @throws InterruptedException if this thread is interrupted; looked at after each step
     */
    LossCurve alone() throws InterruptedException {
        LossCurve curve = new LossCurve(plan.steps());
        for (int step = 0; step < plan.steps(); step++) {
            long beginNs = clock.nowNs();
            replica.backward(step, 0, 1);
            float loss = replica.loss();
            replica.step();
            curve.add(loss, clock.nowNs() - beginNs, 0);
            check();
        }
        return curve;
    }

    /**
     * Trains with others, all of whom call it.
     *
     * @param communicator whose memory the replica's gradients lie in
     * @param curve gets the steps
     * @param after called after each step
     * @throws io.heliograph.collectives.CollectiveException if a rank is gone, or does something else
     * @throws InterruptedException if this thread is interrupted; looked at after each step
     */
    void together(Communicator communicator, LossCurve curve, IntConsumer after) throws InterruptedException {
        beginAlike(communicator);
        int rank = communicator.rank();
        int ranks = communicator.size();
        GradientAverage average = new GradientAverage(communicator, replica.gradients(), plan.bucketBytes());
        for (int step = 0; step < plan.steps(); step++) {
            long beginNs = clock.nowNs();
            replica.backward(step, rank, ranks);
            long backwardNs = clock.nowNs();
            average.run();
            long averagedNs = clock.nowNs();
            float loss = replica.loss();
            replica.step();
            curve.add(loss, clock.nowNs() - beginNs, averagedNs - backwardNs);
            after.accept(step);
            check();
        }
    }

    private static void check() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    private void beginAlike(Communicator communicator) {
        List<MemorySegment> parameters = replica.parameters();
        for (MemorySegment parameter : parameters) {
            // Once, before the first step: through memory of the communicator's, rather than registering the engine's.
            MemorySegment copy = communicator.allocate(parameter.byteSize());
            copy.copyFrom(parameter);
            communicator
                    .broadcast(copy, copy, parameter.byteSize() / Float.BYTES, DataType.F32, 0)
                    .await();
            parameter.copyFrom(copy);
        }
    }

    /** How many ranks' parameters are not, bit for bit, rank 0's; all ranks call it. */
    int strayed(Communicator communicator) {
        CRC32C sum = new CRC32C();
        for (MemorySegment parameter : replica.parameters()) {
            ByteBuffer bytes = parameter.asByteBuffer();
            sum.update(bytes);
        }
        MemorySegment mine = communicator.allocate(Long.BYTES);
        MemorySegment all = communicator.allocate((long) communicator.size() * Long.BYTES);
        mine.set(ValueLayout.JAVA_LONG, 0, sum.getValue());
        communicator.allGather(mine, all, 1, DataType.I64).await();
        int strayed = 0;
        for (int rank = 1; rank < communicator.size(); rank++) {
            strayed += all.getAtIndex(ValueLayout.JAVA_LONG, rank) == all.getAtIndex(ValueLayout.JAVA_LONG, 0) ? 0 : 1;
        }
        return strayed;
    }
}
