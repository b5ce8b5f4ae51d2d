package io.heliograph.collectives.execute;

import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.algorithm.Step;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/** Turns sends and receives into operations. In a group each goes on by itself, and one from this rank to itself is put together from both. */
final class Messages {
    private static final Collective COLLECTIVE = Collective.SEND_RECEIVE;

    private final CommunicatorConfig config;
    private final int rank;
    private final Programs programs;
    private final CallChecks checks;
    private final MemoryRegion scratch;
    private final CallQueue queue;

    Messages(
            CommunicatorConfig config,
            int rank,
            Programs programs,
            CallChecks checks,
            MemoryRegion scratch,
            CallQueue queue) {
        this.config = config;
        this.rank = rank;
        this.programs = programs;
        this.checks = checks;
        this.scratch = scratch;
        this.queue = queue;
    }

    /** As {@link io.heliograph.collectives.Communicator#sendReceive}, between ranks that there are; either may be {@link Step#NO_PEER}. */
    CollectiveHandle start(
            MemorySegment input,
            long inputCount,
            int destination,
            MemorySegment output,
            long outputCount,
            int source,
            DataType type) {
        long most = Long.MAX_VALUE / type.sizeBytes();
        if (inputCount < 0 || inputCount > most || outputCount < 0 || outputCount > most) {
            throw checks.refuse(COLLECTIVE, "inputCount=" + inputCount + " outputCount=" + outputCount);
        }
        long inputBytes = inputCount * type.sizeBytes();
        long outputBytes = outputCount * type.sizeBytes();
        MemoryRegion inputRegion = checks.region(COLLECTIVE, "input", input, inputBytes);
        MemoryRegion outputRegion = checks.output(COLLECTIVE, output, outputBytes);
        checks.isInPlace(COLLECTIVE, input.address(), inputBytes, output.address(), outputBytes, 0);
        if (queue.isGrouping()) {
            return startHalves(
                    input.address(),
                    inputRegion,
                    inputCount,
                    destination,
                    output.address(),
                    outputRegion,
                    outputCount,
                    source,
                    type);
        }
        if ((destination == rank || source == rank) && (destination != source || inputCount != outputCount)) {
            throw checks.refuse(
                    COLLECTIVE,
                    "to itself, but not as much from itself: destination=" + destination + " source=" + source
                            + " inputCount=" + inputCount + " outputCount=" + outputCount);
        }
        Operation operation = begin(destination, source, type);
        operation.buffers(input.address(), inputRegion, inputCount, output.address(), outputRegion, outputCount);
        queue.add(operation);
        return operation;
    }

    private Operation begin(int destination, int source, DataType type) {
        Operation operation = queue.next();
        Program program = programs.sendReceive(destination, source);
        long call = Header.call(COLLECTIVE, type, ReduceOperation.SUM, program.algorithm, 0);
        operation.begin(program, type, ReduceOperation.SUM, call, scratch.address(), config.slotBytes());
        operation.between(destination, source);
        return operation;
    }

    private CollectiveHandle startHalves(
            long input,
            MemoryRegion inputRegion,
            long inputCount,
            int destination,
            long output,
            MemoryRegion outputRegion,
            long outputCount,
            int source,
            DataType type) {
        Operation sends = null;
        if (destination != Step.NO_PEER) {
            sends = half(destination, Step.NO_PEER, type);
            sends.buffers(input, inputRegion, inputCount, 0, scratch, 0);
            complete(sends);
        }
        if (source == Step.NO_PEER && sends != null) {
            return sends;
        }
        Operation receives = half(Step.NO_PEER, source, type);
        receives.buffers(0, scratch, 0, output, outputRegion, outputCount);
        complete(receives);
        if (sends == null) {
            return receives;
        }
        sends.join(receives);
        return sends;
    }

    private Operation half(int destination, int source, DataType type) {
        boolean toItself = destination == rank || source == rank;
        Operation half = toItself ? begin(Step.NO_PEER, Step.NO_PEER, type) : begin(destination, source, type);
        half.toItself = !toItself ? 0 : destination == rank ? Operation.SENDS : Operation.RECEIVES;
        return half;
    }

    /** A half is there; of two from this rank to itself, the second copies for both. */
    private void complete(Operation half) {
        @Nullable
        Operation other = half.toItself == 0
                ? null
                : queue.unmatched((byte) (Operation.SENDS + Operation.RECEIVES - half.toItself));
        queue.add(half);
        if (other == null) {
            return;
        }
        Operation sends = half.toItself == Operation.SENDS ? half : other;
        Operation receives = half.toItself == Operation.SENDS ? other : half;
        if (sends.type != receives.type || sends.inputCount != receives.outputCount) {
            throw checks.refuse(
                    COLLECTIVE,
                    "to itself, but not as much from itself: inputCount=" + sends.inputCount + " type=" + sends.type
                            + " outputCount=" + receives.outputCount + " type=" + receives.type);
        }
        Operation copies = begin(rank, rank, sends.type);
        copies.buffersOf(sends, receives);
        long bytes = sends.inputCount * sends.type.sizeBytes();
        checks.isInPlace(COLLECTIVE, copies.inputAddress(), bytes, copies.outputAddress(), bytes, 0);
        queue.add(copies);
        sends.toItself = 0;
        receives.toItself = 0;
        sends.join(copies);
        receives.join(copies);
    }
}
