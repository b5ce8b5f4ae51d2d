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
import org.jspecify.annotations.Nullable;

/** Turns calls into operations, which are carried out in their order. A call that is wrong fails the communicator, for the other ranks wait for this one. */
final class Calls implements Runner.Mismatches {
    /** Calls under way at once; one more waits for the oldest. */
    private static final int DEPTH = 64;

    private final CommunicatorConfig config;
    private final int rank;
    private final int size;
    private final Programs programs;
    private final Buffers buffers;
    private final MemoryRegion scratch;
    private final Channels channels;
    private final Failures failures;
    private final Turner turner;
    private final Runner runner;
    private final Operation[] operations = new Operation[DEPTH];
    private long begun;
    private long ended;

    Calls(
            CommunicatorConfig config,
            int rank,
            int size,
            Programs programs,
            Buffers buffers,
            MemoryRegion scratch,
            Channels channels,
            Failures failures,
            Turner turner) {
        this.config = config;
        this.rank = rank;
        this.size = size;
        this.programs = programs;
        this.buffers = buffers;
        this.scratch = scratch;
        this.channels = channels;
        this.failures = failures;
        this.turner = turner;
        runner = new Runner(channels, scratch, size, this);
        Program nothing = programs.sendReceive(Step.NO_PEER, Step.NO_PEER);
        for (int i = 0; i < DEPTH; i++) {
            operations[i] = new Operation(turner, size, nothing);
        }
        turner.drive(this::run, runner::performed);
    }

    private int run() {
        while (ended < begun && !failures.any()) {
            int waitsFor = runner.run(operations[(int) (ended % DEPTH)]);
            if (waitsFor != Runner.DONE) {
                return waitsFor;
            }
            ended++;
        }
        return Runner.DONE;
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
            checkRank(collective, "root", root);
        }
        long most = Long.MAX_VALUE / size / type.sizeBytes();
        if (count < 0 || count > most) {
            throw refuse(collective, "count=" + count + "; from 0 to " + most);
        }
        boolean isRoot = !collective.isRooted() || rank == root;
        boolean usesInput = isRoot || collective == Collective.REDUCE || collective == Collective.GATHER;
        boolean usesOutput = isRoot || collective == Collective.BROADCAST || collective == Collective.SCATTER;
        long part = count * type.sizeBytes();
        long inputBytes = usesInput ? part * inputParts(collective) : 0;
        long outputBytes = usesOutput ? part * outputParts(collective) : 0;
        MemoryRegion inputRegion = region(collective, "input", input, inputBytes);
        MemoryRegion outputRegion = region(collective, "output", output, outputBytes);
        boolean inPlace = isInPlace(collective, input.address(), inputBytes, output.address(), outputBytes, part);
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

    private boolean isInPlace(
            Collective collective, long input, long inputBytes, long output, long outputBytes, long part) {
        boolean apart = input + inputBytes <= output || output + outputBytes <= input;
        if (apart || inputBytes == 0 || outputBytes == 0) {
            return false;
        }
        boolean inPlace = switch (collective) {
            case ALL_REDUCE, BROADCAST, REDUCE -> input == output;
            case REDUCE_SCATTER, SCATTER -> output == input + rank * part;
            case ALL_GATHER, GATHER -> input == output + rank * part;
            default -> false;
        };
        if (!inPlace) {
            throw refuse(
                    collective,
                    "input and output overlap, but not as in place: input=0x" + Long.toHexString(input) + " bytes="
                            + inputBytes + " output=0x" + Long.toHexString(output) + " bytes=" + outputBytes);
        }
        return true;
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
        MemoryRegion inputRegion = region(collective, "input", input, inputBytes);
        MemoryRegion outputRegion = region(collective, "output", output, outputBytes);
        isInPlace(collective, input.address(), inputBytes, output.address(), outputBytes, 0);
        if (inputCounts[rank] != outputCounts[rank]) {
            throw refuse(
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
            throw refuse(
                    collective,
                    name + ": counts=" + counts.length + " offsets=" + offsets.length + "; one for each rank");
        }
        long extent = 0;
        for (int i = 0; i < size; i++) {
            if (counts[i] < 0 || offsets[i] < 0 || offsets[i] > Long.MAX_VALUE / Long.BYTES - counts[i]) {
                throw refuse(collective, name + ": rank=" + i + " count=" + counts[i] + " offset=" + offsets[i]);
            }
            extent = Math.max(extent, counts[i] == 0 ? 0 : offsets[i] + counts[i]);
        }
        return extent;
    }

    /** Starts a message from one rank to another. */
    CollectiveHandle startSendReceive(
            MemorySegment input,
            long inputCount,
            int destination,
            MemorySegment output,
            long outputCount,
            int source,
            DataType type) {
        Collective collective = Collective.SEND_RECEIVE;
        if (destination != Step.NO_PEER) {
            checkRank(collective, "destination", destination);
        }
        if (source != Step.NO_PEER) {
            checkRank(collective, "source", source);
        }
        long most = Long.MAX_VALUE / type.sizeBytes();
        if (inputCount < 0 || inputCount > most || outputCount < 0 || outputCount > most) {
            throw refuse(collective, "inputCount=" + inputCount + " outputCount=" + outputCount);
        }
        boolean toItself = destination == rank || source == rank;
        if (toItself && (destination != source || inputCount != outputCount)) {
            throw refuse(
                    collective,
                    "to itself, but not as much from itself: destination=" + destination + " source=" + source
                            + " inputCount=" + inputCount + " outputCount=" + outputCount);
        }
        long inputBytes = inputCount * type.sizeBytes();
        long outputBytes = outputCount * type.sizeBytes();
        MemoryRegion inputRegion = region(collective, "input", input, inputBytes);
        MemoryRegion outputRegion = region(collective, "output", output, outputBytes);
        isInPlace(collective, input.address(), inputBytes, output.address(), outputBytes, 0);
        Operation operation = next();
        begin(operation, programs.sendReceive(destination, source), type, ReduceOperation.SUM, 0);
        operation.buffers(input.address(), inputRegion, inputCount, output.address(), outputRegion, outputCount);
        return started(operation);
    }

    private void begin(Operation operation, Program program, DataType type, ReduceOperation reduction, int root) {
        Collective collective = program.collective;
        Algorithm algorithm = program.algorithm;
        long call = Header.call(collective, type, reduction, algorithm, collective.isRooted() ? root : 0);
        operation.begin(program, type, reduction, call, scratch.address(), config.slotBytes());
    }

    private Operation next() {
        failures.check();
        Operation oldest = operations[(int) (begun % DEPTH)];
        if (!oldest.done) {
            oldest.await();
        }
        return oldest;
    }

    private CollectiveHandle started(Operation operation) {
        begun++;
        turner.run();
        return operation;
    }

    /** The region of a buffer; of nothing, any. */
    private MemoryRegion region(Collective collective, String name, MemorySegment buffer, long lengthBytes) {
        if (lengthBytes == 0) {
            return scratch;
        }
        if (!buffer.isNative()) {
            throw refuse(collective, name + " " + Buffers.onHeap(buffer));
        }
        if (lengthBytes > buffer.byteSize()) {
            throw refuse(collective, name + " is too short: bytes=" + buffer.byteSize() + " needed=" + lengthBytes);
        }
        @Nullable MemoryRegion region = buffers.find(buffer.address(), lengthBytes);
        if (region == null) {
            throw refuse(
                    collective,
                    name + " is not registered: address=0x" + Long.toHexString(buffer.address()) + " bytes="
                            + lengthBytes + "; take Communicator.allocate or register");
        }
        return region;
    }

    private void checkRank(Collective collective, String name, int value) {
        if (value < 0 || value >= size) {
            throw refuse(collective, name + "=" + value + "; ranks are 0 to " + (size - 1));
        }
    }

    /** Fails everywhere: the others have called, or will. */
    private RuntimeException refuse(Collective collective, String why) {
        failures.fail(rank, "rank " + rank + " called " + collective.label() + " wrongly: " + why);
        failures.check();
        throw new AssertionError("failed, but did not say so");
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
