package io.heliograph.collectives.execute;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.algorithm.Step;
import io.heliograph.collectives.bootstrap.Exchange;
import io.heliograph.transport.Clock;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.MemoryRegion;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A communicator over an endpoint: checks calls, and has them carried out one after the other. */
public final class EndpointCommunicator implements Communicator {
    private static final int LINE_BYTES = 64;

    private final Endpoint endpoint;
    private final int rank;
    private final int size;
    private final Arena arena = Arena.ofShared();
    private final MemoryRegion landing;
    private final MemoryRegion outbox;
    private final MemoryRegion scratch;
    private final Choice choice;
    private final Programs programs;
    private final Buffers buffers;
    private final Calls calls;
    private final Failures failures;
    private final Turner turner;
    private boolean closed;

    private EndpointCommunicator(
            CommunicatorConfig config, Transport transport, Clock clock, int rank, int size, Exchange exchange) {
        this.endpoint = transport.endpoint();
        this.rank = rank;
        this.size = size;
        LandingLayout layout = new LandingLayout(config.slots(), config.slotBytes());
        landing = endpoint.register(
                transport.memory().allocate(size * layout.areaBytes(), LINE_BYTES), MemoryRegion.REMOTE_WRITE);
        outbox = source(Channels.outboxBytes(size, layout, config.eagerBytes()));
        choice = Choice.agree(config, transport, rank, size, exchange);
        programs = new Programs(choice, rank, size);
        scratch = source((long) programs.mostScratchChunks() * config.slotBytes());
        Members members = Members.meet(endpoint, config, landing, layout, rank, size, exchange);
        failures = new Failures(members, clock, config.timeoutNs());
        Channels channels =
                new Channels(transport, members, layout, config.eagerBytes(), landing.address(), outbox, failures);
        turner = new Turner(transport, clock, channels, failures, size);
        buffers = new Buffers(endpoint);
        calls = new Calls(config, rank, size, programs, buffers, scratch, channels, failures, turner);
    }

    /**
     * Opens a communicator of {@code size} ranks, of which this is number {@code rank}; returns when all have met.
     *
     * @param config the same at all ranks
     * @param transport stays the caller's to close, after the communicator
     * @param clock what timeouts go by
     * @param exchange how the ranks tell each other what they choose algorithms by, and their addresses; used three times
     * @throws CollectiveException if ranks do not come, or contradict each other
     * @throws IllegalArgumentException if there is no such rank
     */
    public static EndpointCommunicator open(
            CommunicatorConfig config, Transport transport, Clock clock, int rank, int size, Exchange exchange) {
        if (size < 1 || rank < 0 || rank >= size) {
            throw new IllegalArgumentException(
                    "communicator: rank=" + rank + " size=" + size + "; ranks are numbered from 0");
        }
        EndpointCommunicator communicator = new EndpointCommunicator(config, transport, clock, rank, size, exchange);
        communicator.choice.measure(communicator, clock);
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
                : programs.of(collective, partBytes, 0, inPlace).algorithm;
    }

    /** What algorithms are chosen by, and where that is from; for people. */
    public String choice() {
        return choice.toString();
    }

    private MemoryRegion source(long bytes) {
        return endpoint.register(arena.allocate(bytes, LINE_BYTES), 0);
    }

    @Override
    public int rank() {
        return rank;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public MemorySegment allocate(long byteSize) {
        return buffers.allocate(byteSize);
    }

    @Override
    public void register(MemorySegment memory) {
        buffers.register(memory);
    }

    @Override
    public void deregister(MemorySegment memory) {
        if (turner.isBusy()) {
            throw new IllegalStateException("collectives are under way; await them before deregister");
        }
        buffers.deregister(memory);
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
        return calls.startSendReceive(input, count, destination, MemorySegment.NULL, 0, Step.NO_PEER, type);
    }

    @Override
    public CollectiveHandle receive(MemorySegment output, long count, DataType type, int source) {
        return calls.startSendReceive(MemorySegment.NULL, 0, Step.NO_PEER, output, count, source, type);
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
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        if (failures.any()) {
            // A rank that was stopped in the middle of a copy would hold a deregistration up: closing the endpoint
            // takes all back.
            return;
        }
        failures.leave();
        buffers.close();
        endpoint.deregister(landing);
        endpoint.deregister(outbox);
        endpoint.deregister(scratch);
        arena.close();
    }
}
