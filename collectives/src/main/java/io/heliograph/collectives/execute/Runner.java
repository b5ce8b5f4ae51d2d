package io.heliograph.collectives.execute;

import io.heliograph.bindings.memory.BulkCopy;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.algorithm.Place;
import io.heliograph.collectives.algorithm.Place.Buffer;
import io.heliograph.collectives.algorithm.Step;
import io.heliograph.collectives.reduce.Reducer;
import io.heliograph.collectives.reduce.Reducers;
import io.heliograph.transport.MemoryRegion;
import java.util.Objects;

/** Carries operations out, step by step, until one must wait for another rank. Allocates nothing. */
final class Runner {
    /** {@link #run}: the operation is over. */
    static final int DONE = -1;

    /** {@link #run}: it waits for nobody, but let others have a turn. */
    static final int BUSY = -2;

    private static final byte SENT = 1;
    private static final byte RECEIVED = 2;
    /** What is reduced before it is written to the other rank's output: half of a cache next to the processor, or less. */
    private static final int BLOCK_BYTES = 64 << 10;
    /** What is reduced and written before others have a turn. */
    private static final long BYTES_OF_TURN = 1 << 20;

    private final Channels channels;
    private final ChunkSender sender;
    private final ChunkReceiver receiver;
    private final Opening opening = new Opening();
    private final MemoryRegion scratch;
    private final int ranks;
    private final int leastLentBytes;
    private final Mismatches mismatches;
    /** By rank: collectives that something was sent in, and received. */
    private final long[] sendNumbers;

    private final long[] receiveNumbers;
    private long performed;

    /** Who is told that a rank calls something else; the operation goes no further. */
    interface Mismatches {
        void onMismatch(int rank, Operation operation, Place place, long number);
    }

    /**
     * Nothing was carried out.
     *
     * @param leastLentBytes chunks of so many bytes are lent, if peers can read them
     */
    Runner(Channels channels, MemoryRegion scratch, int ranks, int leastLentBytes, Mismatches mismatches) {
        this.channels = channels;
        sender = channels.sender();
        receiver = channels.receiver();
        this.scratch = scratch;
        this.ranks = ranks;
        this.leastLentBytes = leastLentBytes;
        this.mismatches = mismatches;
        sendNumbers = new long[ranks];
        receiveNumbers = new long[ranks];
    }

    /** Goes on as far as possible; {@link #DONE}, {@link #BUSY}, or the rank that it waits for. */
    int run(Operation operation) {
        while (operation.piece < operation.pieces) {
            while (operation.step < operation.program.steps) {
                int waitsFor = perform(operation, operation.step);
                if (waitsFor != DONE) {
                    return waitsFor;
                }
                operation.step++;
                performed++;
            }
            operation.step = 0;
            operation.piece++;
        }
        int waitsFor = channels.departures().waitsFor();
        if (waitsFor < 0 && operation.lender != Operation.NOBODY) {
            waitsFor = settle(operation);
        }
        if (waitsFor < 0) {
            operation.done = true;
            return DONE;
        }
        return waitsFor;
    }

    /**
     * What was lent may have changed while it was read, if its rank had failed: then it told so before, and that is here by now. And whoever lent it must know that it was read, for this rank may
     * turn no more. {@link #DONE}, or the rank that it waits for.
     */
    private int settle(Operation operation) {
        channels.look();
        if (channels.notices().areCreditsUnderWay()) {
            return operation.lender;
        }
        operation.lender = Operation.NOBODY;
        return DONE;
    }

    /** Steps so far. */
    long performed() {
        return performed;
    }

    private int perform(Operation operation, int step) {
        Program program = operation.program;
        Place left = program.lefts[step];
        Place target = program.targets[step];
        return switch (program.kinds[step]) {
            case SEND -> send(operation, program.peers[step], left);
            case RECEIVE -> receive(operation, step, target, false);
            case COPY -> {
                int waitsFor = overwritable(operation, step);
                if (waitsFor == DONE) {
                    copy(operation, operation.address(left), target);
                }
                yield waitsFor;
            }
            case FINISH -> {
                int waitsFor = overwritable(operation, step);
                if (waitsFor == DONE && operation.reduction == ReduceOperation.AVERAGE) {
                    int elements = operation.pieceElements(left);
                    Reducers.of(operation.type).divide(operation.address(left), elements, ranks);
                }
                yield waitsFor;
            }
            case REDUCE -> {
                if (program.peers[step] != Step.NO_PEER) {
                    yield receive(operation, step, target, true);
                }
                int waitsFor = overwritable(operation, step);
                if (waitsFor == DONE) {
                    reduce(operation, operation.address(left), operation.address(program.rights[step]), target);
                }
                yield waitsFor;
            }
        };
    }

    private int send(Operation operation, int peer, Place from) {
        int elements = operation.pieceElements(from);
        if (elements == 0 && operation.piece > 0) {
            return DONE;
        }
        if (!channels.canSend(peer)) {
            return peer;
        }
        int bytes = elements * operation.type.sizeBytes();
        MemoryRegion source = region(operation, from.buffer());
        // A buffer of nothing may be anywhere, outside of every region.
        long address = bytes == 0 ? source.address() : operation.address(from);
        boolean lends = bytes >= leastLentBytes
                && operation.program.lends[operation.step]
                && (source.access() & MemoryRegion.REMOTE_READ) != 0;
        if ((operation.met[peer] & SENT) != 0) {
            operation.sent(sender.send(peer, source, address, bytes, lends));
        } else {
            operation.met[peer] |= SENT;
            open(operation, peer, from, lends);
            operation.sent(sender.sendFirst(peer, source, address, bytes, lends, opening));
            operation.offers = sender.hasOffered();
        }
        return DONE;
    }

    /** Says what goes with the first chunk to a rank. */
    private void open(Operation operation, int peer, Place from, boolean lends) {
        MemoryRegion output = region(operation, Buffer.OUTPUT);
        boolean offers = lends && operation.program.isByHalves && canBeWritten(output);
        if (offers) {
            channels.offers().made();
        }
        opening.call = operation.call;
        opening.count = operation.count(true);
        opening.chunkBytes = operation.chunkElements(from) * operation.type.sizeBytes();
        opening.number = sendNumbers[peer]++;
        opening.output = offers ? operation.outputAddress(from.chunk()) : Offers.NONE;
        opening.outputKey = output.key();
    }

    private MemoryRegion region(Operation operation, Buffer buffer) {
        return switch (buffer) {
            case INPUT -> Objects.requireNonNull(operation.inputRegion);
            case OUTPUT -> Objects.requireNonNull(operation.outputRegion);
            default -> scratch;
        };
    }

    private int receive(Operation operation, int step, Place target, boolean reduces) {
        int elements = operation.pieceElements(target);
        if (elements == 0 && operation.piece > 0) {
            return DONE;
        }
        int peer = operation.program.peers[step];
        if (!channels.hasNext(peer)) {
            return peer;
        }
        if (!isExpected(operation, peer, target, elements)) {
            return peer;
        }
        int waitsFor = overwritable(operation, step);
        if (waitsFor != DONE) {
            return waitsFor;
        }
        if (channels.arrivals().isLent(peer)) {
            operation.lender = peer;
        }
        if (operation.offers && operation.piece == 0 && channels.arrivals().isOffer(peer)) {
            return reduceToBoth(operation, step, target, peer);
        }
        long received = receiver.open(peer);
        if (received < 0) {
            return peer;
        }
        if ((operation.met[peer] & RECEIVED) == 0) {
            operation.met[peer] |= RECEIVED;
            receiveNumbers[peer]++;
        }
        if (reduces) {
            Place left = operation.program.lefts[step];
            Place right = operation.program.rights[step];
            reduce(
                    operation,
                    left.buffer() == Buffer.RECEIVED ? received : operation.address(left),
                    right.buffer() == Buffer.RECEIVED ? received : operation.address(right),
                    target);
        } else {
            copy(operation, received, target);
        }
        receiver.take(peer);
        return DONE;
    }

    private static boolean canBeWritten(MemoryRegion region) {
        return (region.access() & MemoryRegion.REMOTE_WRITE) != 0;
    }

    /** Both ranks offered their outputs: this one's half of the result goes to both, by blocks that stay in the cache between one and the other. */
    private int reduceToBoth(Operation operation, int step, Place target, int peer) {
        Program program = operation.program;
        int size = operation.type.sizeBytes();
        long bytes = operation.chunkElements(target) * size;
        long stop = Math.min(bytes, operation.placedBytes + BYTES_OF_TURN);
        boolean leftIsReceived = program.lefts[step].buffer() == Buffer.RECEIVED;
        long own = operation.address(leftIsReceived ? program.rights[step] : program.lefts[step]);
        long to = operation.address(target);
        Reducer reducer = Reducers.of(operation.type);
        while (operation.placedBytes < stop) {
            long offset = operation.placedBytes;
            int length = (int) Math.min(BLOCK_BYTES, stop - offset);
            long received = receiver.open(peer, offset, length);
            if (received < 0) {
                return peer;
            }
            reducer.reduce(
                    operation.reduction,
                    leftIsReceived ? received : own + offset,
                    leftIsReceived ? own + offset : received,
                    to + offset,
                    length / size);
            receiver.close();
            if (operation.reduction == ReduceOperation.AVERAGE) {
                reducer.divide(to + offset, length / size, ranks);
            }
            if (!receiver.place(peer, offset, to + offset, length)) {
                return peer;
            }
            operation.placedBytes += length;
        }
        performed++;
        if (operation.placedBytes < bytes) {
            return BUSY;
        }
        operation.met[peer] |= RECEIVED;
        receiveNumbers[peer]++;
        // Says that its input was read, and its output written.
        receiver.take(peer);
        operation.piece = operation.pieces - 1;
        operation.step = program.steps - 1;
        return DONE;
    }

    private boolean isExpected(Operation operation, int peer, Place target, int elements) {
        boolean first = (operation.met[peer] & RECEIVED) == 0;
        int size = operation.type.sizeBytes();
        boolean fits = channels.arrivals().isFirst(peer) == first
                && channels.arrivals().chunkBytes(peer) == elements * size;
        if (fits && first) {
            fits = Header.equals(
                    channels.arrivals().header(peer),
                    operation.call,
                    operation.count(false),
                    operation.chunkElements(target) * size,
                    receiveNumbers[peer]);
        }
        if (!fits) {
            mismatches.onMismatch(peer, operation, target, receiveNumbers[peer]);
        }
        return fits;
    }

    /** Whether what a step writes over was sent and is there, or was read: {@link #DONE}, or the rank that it is not yet. */
    private int overwritable(Operation operation, int step) {
        Program program = operation.program;
        for (int send : program.sendsFromTarget[step]) {
            long number = operation.sentNumber(send);
            if (number >= 0 && !channels.departures().mayChange(program.peers[send], number)) {
                return program.peers[send];
            }
        }
        return DONE;
    }

    private static void copy(Operation operation, long from, Place target) {
        long to = operation.address(target);
        if (from != to) {
            BulkCopy.copy(from, to, (long) operation.pieceElements(target) * operation.type.sizeBytes());
        }
    }

    private static void reduce(Operation operation, long left, long right, Place target) {
        Reducer reducer = Reducers.of(operation.type);
        reducer.reduce(operation.reduction, left, right, operation.address(target), operation.pieceElements(target));
    }
}
