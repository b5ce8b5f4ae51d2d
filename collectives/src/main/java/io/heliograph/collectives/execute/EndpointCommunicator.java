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
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A communicator over an endpoint: checks calls, and has them carried out one after the other. */
public final class EndpointCommunicator implements Communicator {
    private static final int LINE_BYTES = 64;

    private final CommunicatorConfig config;
    private final Transport transport;
    private final Endpoint endpoint;
    private final Clock clock;
    private final int context;
    private final int rank;
    private final int size;
    private final Arena arena = Arena.ofShared();
    private final Landing landing;
    private final Outbox outbox;
    private final MemoryRegion scratch;
    private final Choice choice;
    private final Programs programs;
    private final Members members;
    private final Channels channels;
    private final Buffers buffers;
    private final Calls calls;
    private final Failures failures;
    private final Turner turner;
    private @Nullable CommunicatorExchange exchange;
    private boolean isRebuilt;
    private @Nullable Landing rebuiltLanding;
    private boolean closed;

    private EndpointCommunicator(
            CommunicatorConfig config,
            Transport transport,
            Clock clock,
            int context,
            int rank,
            int size,
            Landing landing,
            Choice choice,
            Exchange exchange) {
        this.config = config;
        this.transport = transport;
        this.endpoint = transport.endpoint();
        this.clock = clock;
        this.context = context;
        this.rank = rank;
        this.size = size;
        this.landing = landing;
        LandingLayout layout = LandingLayout.of(config, size);
        outbox = new Outbox(source(Outbox.bytes(size, layout, config.eagerBytes())), layout, config.eagerBytes());
        this.choice = choice;
        programs = new Programs(choice, rank, size, transport.isShared());
        scratch = source((long) programs.mostScratchChunks() * config.slotBytes());
        members = Members.meet(endpoint, config, landing, layout, rank, size, exchange);
        failures = new Failures(members, clock, config.timeoutNs(), transport.isShared());
        channels = new Channels(transport, context, members, layout, landing.address(), outbox, failures);
        turner = new Turner(transport, clock, channels, failures, size);
        buffers = new Buffers(transport);
        calls = new Calls(config, rank, size, programs, transport, buffers, scratch, channels, failures, turner);
        transport.progress().attach(context, channels, turner);
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
        EndpointCommunicator communicator = meet(config, transport, clock, context, rank, size, choice, exchange);
        // Those that are split off or rebuilt later find it in the file, or go by thresholds: they must not take
        // seconds.
        communicator.choice.measure(communicator, clock);
        return communicator;
    }

    private static EndpointCommunicator meet(
            CommunicatorConfig config,
            Transport transport,
            Clock clock,
            int context,
            int rank,
            int size,
            Choice choice,
            Exchange exchange) {
        Progress progress = transport.progress();
        progress.reserve(context);
        Landing landing = Landing.open(transport, LandingLayout.of(config, size), size);
        try {
            return new EndpointCommunicator(config, transport, clock, context, rank, size, landing, choice, exchange);
        } catch (RuntimeException e) {
            progress.release(context);
            throw e;
        }
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
        if (calls.isBusy() && !failures.any()) {
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
    public void groupStart() {
        calls.startGroup();
    }

    @Override
    public CollectiveHandle groupEnd() {
        return calls.endGroup();
    }

    @Override
    public Optional<Communicator> split(int color, int key) {
        calls.checkNoGroup("split");
        failures.check();
        try {
            if (exchange == null) {
                exchange = new CommunicatorExchange(this);
            }
            Splitting.Wish wish =
                    new Splitting.Wish(color, key, transport.progress().contexts());
            Splitting splitting = Splitting.of(exchange.allGather(wish.encode()), rank);
            Exchange all = exchange;
            if (color == NO_COLOR) {
                // The others tell each other where their landings are.
                all.allGather(new byte[0]);
                return Optional.empty();
            }
            return Optional.of(meet(
                    config,
                    transport,
                    clock,
                    splitting.context(),
                    splitting.newRank(),
                    splitting.newSize(),
                    choice.among(splitting.members()),
                    mine -> splitting.select(all.allGather(mine))));
        } catch (RuntimeException e) {
            // The others wait for this rank, unless it was one of them that failed.
            int blamed = e instanceof CollectiveException known ? known.rank() : rank;
            failures.fail(blamed, "rank " + rank + " could not split: " + e.getMessage());
            failures.check();
            throw e;
        }
    }

    @Override
    public Communicator rebuild() {
        Rebuilding rebuilding = startRebuild();
        while (!rebuilding.poll()) {
            turner.idle();
        }
        return finishRebuild(rebuilding);
    }

    /** The first half of {@link #rebuild}, for whoever turns it. */
    Rebuilding startRebuild() {
        if (closed || isRebuilt) {
            throw new IllegalStateException(
                    closed ? "rebuild after close" : "rebuild was called before; a communicator is rebuilt once");
        }
        isRebuilt = true;
        failures.fail(CollectiveException.UNKNOWN_RANK, "rank " + rank + " asked to rebuild");
        failures.tell();
        channels.offers().withdraw();
        rebuiltLanding = Landing.open(transport, LandingLayout.of(config, size), size);
        byte[] card = Members.card(endpoint.address(), config, rebuiltLanding);
        return new Rebuilding(members, config.timeoutNs(), clock, transport.progress(), channels, failures, card);
    }

    /** The second half, when {@link Rebuilding#poll} said that it is over. */
    EndpointCommunicator finishRebuild(Rebuilding rebuilding) {
        List<Integer> left = rebuilding.members();
        EndpointCommunicator rebuilt = new EndpointCommunicator(
                config,
                transport,
                clock,
                rebuilding.context(),
                left.indexOf(rank),
                left.size(),
                Objects.requireNonNull(rebuiltLanding),
                choice.among(left),
                mine -> rebuilding.cards());
        rebuilt.buffers.adopt(buffers);
        int departed = rebuilding.departed();
        if (departed >= 0) {
            int number = left.indexOf(departed);
            rebuilt.failures.fail(
                    number, "rank " + number + " was lost, as rank " + departed + ", at the end of the rebuilding");
        }
        return rebuilt;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Progress progress = transport.progress();
        if (failures.any()) {
            // A rank that was stopped in the middle of a copy would hold a deregistration up: closing the endpoint
            // takes all back. Nor is the context given back, for such a rank may still send.
            failures.abandon();
            progress.detach(context, turner);
            return;
        }
        failures.leave();
        failures.close();
        progress.detach(context, turner);
        progress.release(context);
        buffers.close();
        landing.close();
        endpoint.deregister(outbox.region());
        endpoint.deregister(scratch);
        arena.close();
    }
}
