package io.heliograph.collectives.execute;

import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.algorithm.Place;
import io.heliograph.collectives.algorithm.Place.Buffer;
import io.heliograph.collectives.algorithm.Step;
import io.heliograph.transport.MemoryRegion;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One call of a collective and how far it got: its buffers, where their chunks lie, the piece of every chunk that is being worked on, and the step.
 */
final class Operation implements CollectiveHandle {
    /** {@link #lender}: nothing was read there. */
    static final int NOBODY = -1;

    private static final long NOT_SENT = -1;
    private static final long[] NONE = {};

    private final Owner owner;

    Program program;
    DataType type = DataType.I8;
    ReduceOperation reduction = ReduceOperation.SUM;
    long call;
    long inputCount;
    long outputCount;

    @Nullable
    MemoryRegion inputRegion;

    @Nullable
    MemoryRegion outputRegion;

    private long input;
    private long output;
    private long scratch;
    private int slotBytes;
    private long elementsOfPiece;

    // Of a collective with a length for each chunk; empty otherwise.
    private long[] inputCounts = NONE;
    private long[] inputOffsets = NONE;
    private long[] outputCounts = NONE;
    private long[] outputOffsets = NONE;

    int piece;
    int pieces;
    int step;
    /** By step: the number of the last chunk that it sent and that may be unacknowledged. */
    private long[] sentNumbers = NONE;
    /** By rank: bit 0 if a chunk was sent to it, bit 1 if one was received. */
    final byte[] met;

    /** A rank out of whose memory something was read, until it is certain that it was good; else {@link #NOBODY}. */
    int lender = NOBODY;

    /** Whether another rank was told where it may write to the output. */
    boolean offers;
    /** Bytes of the own half of the result that are in both outputs. */
    long placedBytes;

    boolean done = true;

    /** {@link #toItself}: a call of a group that sends to this rank itself, without its counterpart. */
    static final byte SENDS = 1;
    /** {@link #toItself}: one that receives from this rank itself. */
    static final byte RECEIVES = 2;

    // Of a message between two ranks: which, or Step.NO_PEER.
    boolean isBetweenTwo;
    int destination;
    int source;
    byte toItself;
    /** The other half of what is one call to the caller; null if there is none. */
    private @Nullable Operation otherHalf;
    /** The number behind the last call of its group. */
    long endOfGroup;
    /** Whether its group is being collected. */
    boolean isHeld;

    /** Who carries operations out. */
    interface Owner {
        /** Makes progress with all of them. */
        void turn();

        /** Throws if they failed. */
        void check();

        /** Nothing happened for another turn. */
        void idle();
    }

    Operation(Owner owner, int ranks, Program nothing) {
        this.owner = owner;
        this.program = nothing;
        met = new byte[ranks];
    }

    /** Begins anew. */
    void begin(
            Program newProgram, DataType newType, ReduceOperation newReduction, long newCall, long memory, int bytes) {
        program = newProgram;
        type = newType;
        reduction = newReduction;
        call = newCall;
        scratch = memory;
        slotBytes = bytes;
        elementsOfPiece = bytes / type.sizeBytes();
        if (sentNumbers.length < program.steps) {
            sentNumbers = new long[program.steps];
        }
        Arrays.fill(sentNumbers, NOT_SENT);
        Arrays.fill(met, (byte) 0);
        inputCounts = NONE;
        piece = 0;
        step = 0;
        lender = NOBODY;
        offers = false;
        placedBytes = 0;
        done = false;
        isBetweenTwo = false;
        toItself = 0;
        otherHalf = null;
    }

    /** It is a message between two ranks, either of which may be {@link Step#NO_PEER}. */
    void between(int newDestination, int newSource) {
        isBetweenTwo = true;
        destination = newDestination;
        source = newSource;
    }

    /** To the caller it is over only when the other is as well. */
    void join(Operation other) {
        otherHalf = other;
    }

    /** Whether nothing is left but to wait for acknowledgements. */
    boolean hasTakenAllSteps() {
        return piece >= pieces;
    }

    /** Buffers, and elements of one rank's part of them. */
    void buffers(
            long inputAddress,
            @Nullable MemoryRegion newInputRegion,
            long newInputCount,
            long outputAddress,
            @Nullable MemoryRegion newOutputRegion,
            long newOutputCount) {
        input = inputAddress;
        inputRegion = newInputRegion;
        inputCount = newInputCount;
        output = outputAddress;
        outputRegion = newOutputRegion;
        outputCount = newOutputCount;
        long longest = (Math.max(inputCount, outputCount) + program.chunksOfPart - 1) / program.chunksOfPart;
        pieces = pieces(longest);
    }

    /** The input of one operation and the output of another, of the same length. */
    void buffersOf(Operation sends, Operation receives) {
        buffers(
                sends.input,
                sends.inputRegion,
                sends.inputCount,
                receives.output,
                receives.outputRegion,
                receives.outputCount);
    }

    long inputAddress() {
        return input;
    }

    long outputAddress() {
        return output;
    }

    /** Where a whole chunk of the output is. */
    long outputAddress(int chunk) {
        return output + boundary(chunk, outputCount) * type.sizeBytes();
    }

    /** Lengths and places of each chunk, after {@link #buffers}. */
    void chunks(long[] newInputCounts, long[] newInputOffsets, long[] newOutputCounts, long[] newOutputOffsets) {
        inputCounts = newInputCounts;
        inputOffsets = newInputOffsets;
        outputCounts = newOutputCounts;
        outputOffsets = newOutputOffsets;
        long longest = 0;
        for (int i = 0; i < inputCounts.length; i++) {
            longest = Math.max(longest, Math.max(inputCounts[i], outputCounts[i]));
        }
        pieces = pieces(longest);
    }

    private int pieces(long elements) {
        return elements <= elementsOfPiece ? 1 : Math.toIntExact((elements + elementsOfPiece - 1) / elementsOfPiece);
    }

    /** Elements of a whole chunk. */
    long chunkElements(Place place) {
        int chunk = place.chunk();
        if (inputCounts.length > 0) {
            return place.buffer() == Buffer.INPUT ? inputCounts[chunk] : outputCounts[chunk];
        }
        long count = place.buffer() == Buffer.INPUT ? inputCount : outputCount;
        int part = program.chunksOfPart;
        // Divisions are what a short call spends most of its time with.
        return part == 1 ? count : boundary(chunk % part + 1, count) - boundary(chunk % part, count);
    }

    /** Elements of the piece of a chunk that is worked on. */
    int pieceElements(Place place) {
        return (int) Math.clamp(chunkElements(place) - piece * elementsOfPiece, 0, elementsOfPiece);
    }

    /** Where that piece is. */
    long address(Place place) {
        int chunk = place.chunk();
        if (place.buffer() == Buffer.SCRATCH) {
            return scratch + (long) chunk * slotBytes;
        }
        boolean isInput = place.buffer() == Buffer.INPUT;
        long first;
        if (inputCounts.length > 0) {
            first = isInput ? inputOffsets[chunk] : outputOffsets[chunk];
        } else {
            long count = isInput ? inputCount : outputCount;
            int part = program.chunksOfPart;
            first = part == 1 ? chunk * count : chunk / part * count + boundary(chunk % part, count);
        }
        return (isInput ? input : output) + (first + piece * elementsOfPiece) * type.sizeBytes();
    }

    /** Where a chunk of a part begins: parts are cut as equally as elements allow. */
    private long boundary(int chunk, long count) {
        int chunks = program.chunksOfPart;
        return chunk * (count / chunks) + chunk * (count % chunks) / chunks;
    }

    void sent(long number) {
        sentNumbers[step] = number;
    }

    long sentNumber(int sendStep) {
        return sentNumbers[sendStep];
    }

    /** What to tell others of the count: the number of elements that both ends know. */
    long count(boolean sending) {
        return inputCounts.length > 0 ? 0 : sending ? inputCount : outputCount;
    }

    /** For people. */
    String describe() {
        if (!isBetweenTwo) {
            return Header.describe(call, count(true));
        }
        String sends = destination == Step.NO_PEER
                ? ""
                : "send(count=" + inputCount + ", type=" + type + ", destination=" + destination + ")";
        String receives = source == Step.NO_PEER
                ? ""
                : "receive(count=" + outputCount + ", type=" + type + ", source=" + source + ")";
        return sends + (sends.isEmpty() || receives.isEmpty() ? "" : " and ") + receives;
    }

    @Override
    public boolean poll() {
        if (!isOver()) {
            owner.turn();
        }
        owner.check();
        return isOver();
    }

    private boolean isOver() {
        return done && (otherHalf == null || otherHalf.isOver());
    }

    @Override
    public void await() {
        if (isHeld) {
            throw new IllegalStateException("the call is of a group that has not ended; call groupEnd before await");
        }
        while (!poll()) {
            owner.idle();
        }
    }
}
