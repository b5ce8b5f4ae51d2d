package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.transport.Clock;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** A communicator over an endpoint: hands calls on to be checked, and carried out one after the other. */
public final class EndpointCommunicator implements Communicator {
    private final Machinery machinery;
    private final Calls calls;
    private final Successors successors;
    private boolean closed;

    private EndpointCommunicator(Machinery machinery) {
        this.machinery = machinery;
        calls = machinery.calls;
        successors = new Successors(this, machinery);
    }

    /**
     * Opens a communicator of {@code size} ranks, of which this is number {@code rank}; returns when all have met. Several may be opened over one transport.
     *
     * @param config the same at all ranks
     * @param transport stays the caller's to close, after the communicator
     * @param clock what timeouts go by
     * @param exchange how the ranks tell each other their addresses and what they choose algorithms by; used four times
     * @throws CollectiveException if ranks do not come, or contradict each other
     * @throws IllegalArgumentException if there is no such rank
     */
    public static EndpointCommunicator open(
            CommunicatorConfig config, Transport transport, Clock clock, int rank, int size, Exchange exchange) {
        if (size < 1 || size > Immediate.MOST_RANKS || rank < 0 || rank >= size) {
            throw new IllegalArgumentException("communicator: rank=" + rank + " size=" + size
                    + "; ranks are numbered from 0, " + Immediate.MOST_RANKS + " at most");
        }
        int context = Progress.agree(exchange.allGather(transport.progress().contexts()));
        Choice choice = Choice.agree(config, transport, rank, size, exchange);
        EndpointCommunicator communicator = new EndpointCommunicator(
                Machinery.meet(config, transport, clock, context, rank, size, choice, exchange));
        // Those that are split off or rebuilt later find it in the file, or go by thresholds: they must not take
        // seconds.
        choice.measure(communicator, clock);
        return communicator;
    }

    /**
     * Which algorithm a call is carried out by, for buffers of so many bytes: those of one rank's part, or of all where ranks have no parts.
     *
     * @param inPlace whether input and output share memory
     */
    public Algorithm algorithm(Collective collective, long partBytes, boolean inPlace) {
        return collective == Collective.SEND_RECEIVE
                ? Algorithm.DIRECT
                : machinery.programs.of(collective, partBytes, 0, inPlace).algorithm;
    }

    /** What algorithms are chosen by, and where that is from; for people. */
    public String choice() {
        return machinery.choice.toString();
    }

    @Override
    public int rank() {
        return machinery.rank;
    }

    @Override
    public int size() {
        return machinery.size;
    }

    @Override
    public MemorySegment allocate(long byteSize) {
        return machinery.buffers.allocate(byteSize);
    }

    @Override
    public void register(MemorySegment memory) {
        machinery.buffers.register(memory);
    }

    @Override
    public void deregister(MemorySegment memory) {
        if (calls.isBusy() && !machinery.failures.any()) {
            throw new IllegalStateException("collectives are under way; await them before deregister");
        }
        machinery.buffers.deregister(memory);
    }

    @Override
    public CollectiveHandle allReduce(
            MemorySegment input, MemorySegment output, long count, DataType type, ReduceOperation operation) {
        return calls.start(Collective.ALL_REDUCE, input, output, count, type, operation, 0);
    }

    @Override
    public CollectiveHandle reduceScatter(
            MemorySegment input, MemorySegment output, long count, DataType type, ReduceOperation operation) {
        return calls.start(Collective.REDUCE_SCATTER, input, output, count, type, operation, 0);
    }

    @Override
    public CollectiveHandle allGather(MemorySegment input, MemorySegment output, long count, DataType type) {
        return calls.start(Collective.ALL_GATHER, input, output, count, type, ReduceOperation.SUM, 0);
    }

    @Override
    public CollectiveHandle allToAll(MemorySegment input, MemorySegment output, long count, DataType type) {
        return calls.start(Collective.ALL_TO_ALL, input, output, count, type, ReduceOperation.SUM, 0);
    }

    @Override
    public CollectiveHandle allToAllv(
            MemorySegment input,
            long[] inputCounts,
            long[] inputOffsets,
            MemorySegment output,
            long[] outputCounts,
            long[] outputOffsets,
            DataType type) {
        return calls.startAllToAllv(input, inputCounts, inputOffsets, output, outputCounts, outputOffsets, type);
    }

    @Override
    public CollectiveHandle broadcast(MemorySegment input, MemorySegment output, long count, DataType type, int root) {
        return calls.start(Collective.BROADCAST, input, output, count, type, ReduceOperation.SUM, root);
    }

    @Override
    public CollectiveHandle reduce(
            MemorySegment input, MemorySegment output, long count, DataType type, ReduceOperation operation, int root) {
        return calls.start(Collective.REDUCE, input, output, count, type, operation, root);
    }

    @Override
    public CollectiveHandle gather(MemorySegment input, MemorySegment output, long count, DataType type, int root) {
        return calls.start(Collective.GATHER, input, output, count, type, ReduceOperation.SUM, root);
    }

    @Override
    public CollectiveHandle scatter(MemorySegment input, MemorySegment output, long count, DataType type, int root) {
        return calls.start(Collective.SCATTER, input, output, count, type, ReduceOperation.SUM, root);
    }

    @Override
    public CollectiveHandle barrier() {
        return calls.start(
                Collective.BARRIER, MemorySegment.NULL, MemorySegment.NULL, 0, DataType.I8, ReduceOperation.SUM, 0);
    }

    @Override
    public CollectiveHandle send(MemorySegment input, long count, DataType type, int destination) {
        return calls.startSend(input, count, destination, type);
    }

    @Override
    public CollectiveHandle receive(MemorySegment output, long count, DataType type, int source) {
        return calls.startReceive(output, count, source, type);
    }

    @Override
    public CollectiveHandle sendReceive(
            MemorySegment input,
            long inputCount,
            int destination,
            MemorySegment output,
            long outputCount,
            int source,
            DataType type) {
        return calls.startSendReceive(input, inputCount, destination, output, outputCount, source, type);
    }

    @Override
    public void groupStart() {
        calls.startGroup();
    }

    @Override
    public CollectiveHandle groupEnd() {
        return calls.endGroup();
    }

    @Override
    public Optional<Communicator> split(int color, int key) {
        return successors.split(color, key).map(EndpointCommunicator::new);
    }

    @Override
    public Communicator rebuild() {
        Rebuilding rebuilding = startRebuild();
        while (!rebuilding.poll()) {
            machinery.turner.idle();
        }
        return finishRebuild(rebuilding);
    }

    /** The first half of {@link #rebuild}, for whoever turns it. */
    Rebuilding startRebuild() {
        if (closed) {
            throw new IllegalStateException("rebuild after close");
        }
        return successors.startRebuild();
    }

    /** The second half, when {@link Rebuilding#poll} said that it is over. */
    EndpointCommunicator finishRebuild(Rebuilding rebuilding) {
        return new EndpointCommunicator(successors.finishRebuild(rebuilding));
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            machinery.close();
        }
    }
}
