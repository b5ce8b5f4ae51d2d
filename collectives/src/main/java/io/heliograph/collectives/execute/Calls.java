package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.algorithm.Place;
import io.heliograph.collectives.algorithm.Step;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.MemorySegment;

/** Turns calls into operations, which are carried out in their order. A call that is wrong fails the communicator, for the other ranks wait for this one. */
final class Calls implements Runner.Mismatches {
    private final CommunicatorConfig config;
    private final int rank;
    private final int size;
    private final Programs programs;
    private final CallChecks checks;
    private final MemoryRegion scratch;
    private final Channels channels;
    private final Failures failures;
    private final Turner turner;
    private final CallQueue queue;
    private final Messages messages;

    Calls(
            CommunicatorConfig config,
            int rank,
            int size,
            Programs programs,
            Transport transport,
            Buffers buffers,
            MemoryRegion scratch,
            Channels channels,
            Failures failures,
            Turner turner) {
        this.config = config;
        this.rank = rank;
        this.size = size;
        this.programs = programs;
        this.scratch = scratch;
        this.channels = channels;
        this.failures = failures;
        this.turner = turner;
        checks = new CallChecks(rank, size, transport, buffers, scratch, failures);
        Runner runner = new Runner(channels, scratch, size, config.tuning().leastLentBytes(), this);
        Program nothing = programs.sendReceive(Step.NO_PEER, Step.NO_PEER);
        queue = new CallQueue(runner, failures, turner, nothing, size);
        messages = new Messages(config, rank, programs, checks, scratch, queue);
        turner.drive(queue, runner::performed);
    }

    /** Whether calls are under way, or collected for a group. */
    boolean isBusy() {
        return queue.isBusy();
    }

    /** As {@link CallQueue#isUnanswered}. */
    boolean isUnanswered() {
        return queue.isUnanswered();
    }

    /** Refuses what cannot be part of a group. */
    void checkNoGroup(String what) {
        if (queue.isGrouping()) {
            throw new IllegalStateException(what + " within a group; call groupEnd before");
        }
    }

    /** Collects the calls that follow. */
    void startGroup() {
        failures.check();
        queue.startGroup();
    }

    /** Begins what was collected. */
    CollectiveHandle endGroup() {
        failures.check();
        if (!queue.isGrouping()) {
            throw new IllegalStateException("groupEnd without groupStart");
        }
        boolean isLast = queue.isOutermost();
        if (isLast && (queue.unmatched(Operation.SENDS) != null || queue.unmatched(Operation.RECEIVES) != null)) {
            throw checks.refuse(
                    Collective.SEND_RECEIVE,
                    "a group in which it does not receive from itself as often as it sends to itself");
        }
        CollectiveHandle handle = queue.endGroup();
        if (isLast) {
            turner.start();
        }
        return handle;
    }

    /** Starts any collective but those with counts of their own. */
    CollectiveHandle start(
            Collective collective,
            MemorySegment input,
            MemorySegment output,
            long count,
            DataType type,
            ReduceOperation reduction,
            int root) {
        if (collective.isRooted()) {
            checks.rank(collective, "root", root);
        }
        long most = Long.MAX_VALUE / size / type.sizeBytes();
        if (count < 0 || count > most) {
            throw checks.refuse(collective, "count=" + count + "; from 0 to " + most);
        }
        boolean isRoot = !collective.isRooted() || rank == root;
        boolean usesInput = isRoot || collective == Collective.REDUCE || collective == Collective.GATHER;
        boolean usesOutput = isRoot || collective == Collective.BROADCAST || collective == Collective.SCATTER;
        long part = count * type.sizeBytes();
        long inputBytes = usesInput ? part * inputParts(collective) : 0;
        long outputBytes = usesOutput ? part * outputParts(collective) : 0;
        MemoryRegion inputRegion = checks.region(collective, "input", input, inputBytes);
        MemoryRegion outputRegion = checks.output(collective, output, outputBytes);
        boolean inPlace =
                checks.isInPlace(collective, input.address(), inputBytes, output.address(), outputBytes, part);
        Operation operation = next();
        Program program = programs.of(collective, part, root, inPlace);
        begin(operation, program, type, collective.reduces() ? reduction : ReduceOperation.SUM, root);
        operation.buffers(input.address(), inputRegion, count, output.address(), outputRegion, count);
        return started(operation);
    }

    private int inputParts(Collective collective) {
        return switch (collective) {
            case REDUCE_SCATTER, ALL_TO_ALL, SCATTER -> size;
            default -> 1;
        };
    }

    private int outputParts(Collective collective) {
        return switch (collective) {
            case ALL_GATHER, ALL_TO_ALL, GATHER -> size;
            default -> 1;
        };
    }

    /** Starts the one with a length for each part. */
    CollectiveHandle startAllToAllv(
            MemorySegment input,
            long[] inputCounts,
            long[] inputOffsets,
            MemorySegment output,
            long[] outputCounts,
            long[] outputOffsets,
            DataType type) {
        Collective collective = Collective.ALL_TO_ALL_V;
        long inputBytes = extent(collective, "input", inputCounts, inputOffsets) * type.sizeBytes();
        long outputBytes = extent(collective, "output", outputCounts, outputOffsets) * type.sizeBytes();
        MemoryRegion inputRegion = checks.region(collective, "input", input, inputBytes);
        MemoryRegion outputRegion = checks.output(collective, output, outputBytes);
        checks.isInPlace(collective, input.address(), inputBytes, output.address(), outputBytes, 0);
        checks.partsApart(collective, outputCounts, outputOffsets);
        if (inputCounts[rank] != outputCounts[rank]) {
            throw checks.refuse(
                    collective, "to itself: inputCount=" + inputCounts[rank] + " outputCount=" + outputCounts[rank]);
        }
        Operation operation = next();
        begin(operation, programs.of(collective, 0, 0, false), type, ReduceOperation.SUM, 0);
        operation.buffers(input.address(), inputRegion, 0, output.address(), outputRegion, 0);
        operation.chunks(inputCounts, inputOffsets, outputCounts, outputOffsets);
        return started(operation);
    }

    private long extent(Collective collective, String name, long[] counts, long[] offsets) {
        if (counts.length != size || offsets.length != size) {
            throw checks.refuse(
                    collective,
                    name + ": counts=" + counts.length + " offsets=" + offsets.length + "; one for each rank");
        }
        long extent = 0;
        for (int i = 0; i < size; i++) {
            if (counts[i] < 0 || offsets[i] < 0 || offsets[i] > Long.MAX_VALUE / Long.BYTES - counts[i]) {
                throw checks.refuse(collective, name + ": rank=" + i + " count=" + counts[i] + " offset=" + offsets[i]);
            }
            extent = Math.max(extent, counts[i] == 0 ? 0 : offsets[i] + counts[i]);
        }
        return extent;
    }

    /** Starts half of a message. */
    CollectiveHandle startSend(MemorySegment input, long count, int destination, DataType type) {
        checks.rank(Collective.SEND_RECEIVE, "destination", destination);
        return startMessage(input, count, destination, MemorySegment.NULL, 0, Step.NO_PEER, type);
    }

    /** Starts the other half. */
    CollectiveHandle startReceive(MemorySegment output, long count, int source, DataType type) {
        checks.rank(Collective.SEND_RECEIVE, "source", source);
        return startMessage(MemorySegment.NULL, 0, Step.NO_PEER, output, count, source, type);
    }

    /** Starts a message to one rank and one from another. */
    CollectiveHandle startSendReceive(
            MemorySegment input,
            long inputCount,
            int destination,
            MemorySegment output,
            long outputCount,
            int source,
            DataType type) {
        checks.rank(Collective.SEND_RECEIVE, "destination", destination);
        checks.rank(Collective.SEND_RECEIVE, "source", source);
        return startMessage(input, inputCount, destination, output, outputCount, source, type);
    }

    private CollectiveHandle startMessage(
            MemorySegment input,
            long inputCount,
            int destination,
            MemorySegment output,
            long outputCount,
            int source,
            DataType type) {
        failures.check();
        CollectiveHandle handle = messages.start(input, inputCount, destination, output, outputCount, source, type);
        turner.start();
        return handle;
    }

    private void begin(Operation operation, Program program, DataType type, ReduceOperation reduction, int root) {
        Collective collective = program.collective;
        Algorithm algorithm = program.algorithm;
        long call = Header.call(collective, type, reduction, algorithm, collective.isRooted() ? root : 0);
        operation.begin(program, type, reduction, call, scratch.address(), config.slotBytes());
    }

    private Operation next() {
        failures.check();
        return queue.next();
    }

    private CollectiveHandle started(Operation operation) {
        queue.add(operation);
        turner.start();
        return operation;
    }

    @Override
    public void onMismatch(int other, Operation operation, Place place, long number) {
        long chunkBytes = operation.chunkElements(place) * operation.type.sizeBytes();
        String ours = Header.describe(operation.call, operation.count(false), chunkBytes, number);
        String theirs = channels.arrivals().isFirst(other)
                ? Header.describe(channels.arrivals().header(other))
                : "a further piece, of " + channels.arrivals().chunkBytes(other) + " bytes";
        failures.fail(other, "rank " + other + " called " + theirs + ", but rank " + rank + " called " + ours);
    }
}
