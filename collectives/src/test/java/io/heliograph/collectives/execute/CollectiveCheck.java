package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.algorithm.Hosts;
import io.heliograph.collectives.algorithm.Interpreter;
import io.heliograph.collectives.algorithm.Meaning;
import io.heliograph.collectives.algorithm.MscclProgram;
import io.heliograph.collectives.algorithm.Schedule;
import io.heliograph.collectives.algorithm.Schedules;
import io.heliograph.collectives.reduce.Scalars;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Runs collectives with all ranks of a group, and compares every bit of every output, and what lies behind it, with the interpreter's. */
final class CollectiveCheck {
    private static final int MOST_ELEMENTS = 400;
    private static final int GUARD_BYTES = 64;
    private static final byte GUARD = 0x5a;
    private static final DataType[] TYPES = DataType.values();
    private static final ReduceOperation[] OPERATIONS = ReduceOperation.values();

    private final Group group;
    private final SeededRandom random;
    private final @Nullable Algorithm forced;
    private final long directBytes;
    private final Hosts hosts;
    private final @Nullable MscclProgram program;

    CollectiveCheck(Group group, SeededRandom random, @Nullable Algorithm forced, long directBytes) {
        this(group, random, forced, directBytes, Hosts.single(group.size()), null);
    }

    /** Where ranks are on several hosts, or run a program. */
    CollectiveCheck(
            Group group,
            SeededRandom random,
            @Nullable Algorithm forced,
            long directBytes,
            Hosts hosts,
            @Nullable MscclProgram program) {
        this.hosts = hosts;
        this.program = program;
        this.group = group;
        this.random = random;
        this.forced = forced;
        this.directBytes = directBytes;
    }

    /** A collective by chance. */
    void runOne() {
        Collective[] all = Collective.values();
        Collective collective = all[random.nextInt(all.length)];
        if (collective == Collective.SEND_RECEIVE || collective == Collective.ALL_TO_ALL_V) {
            collective = Collective.ALL_REDUCE;
        }
        run(
                collective,
                TYPES[random.nextInt(TYPES.length)],
                OPERATIONS[random.nextInt(OPERATIONS.length)],
                random.nextInt(MOST_ELEMENTS),
                random.nextInt(group.size()),
                random.nextInt(2) == 0);
    }

    void run(
            Collective collective,
            DataType type,
            ReduceOperation operation,
            int elements,
            int root,
            boolean inPlaceIfPossible) {
        int ranks = group.size();
        int count = collective == Collective.BARRIER ? 0 : elements;
        int size = type.sizeBytes();
        int inputElements = count * Meaning.inputParts(collective, ranks);
        int outputElements = count * Meaning.outputParts(collective, ranks);
        boolean inPlace = inPlaceIfPossible && collective != Collective.ALL_TO_ALL && collective != Collective.BARRIER;
        long[][] inputs = new long[ranks][inputElements];
        List<MemorySegment> outputs = new ArrayList<>();
        List<CollectiveHandle> handles = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            MemorySegment input = group.get(rank).allocate((long) inputElements * size + GUARD_BYTES);
            MemorySegment output = group.get(rank).allocate((long) outputElements * size + GUARD_BYTES);
            if (inPlace) {
                long part = (long) rank * count * size;
                switch (collective) {
                    case REDUCE_SCATTER, SCATTER -> output = input.asSlice(part);
                    case ALL_GATHER, GATHER -> input = output.asSlice(part);
                    default -> output = input;
                }
            }
            for (int i = 0; i < inputElements; i++) {
                long bits = value(type);
                Scalars.put(type, input.address(), i, bits);
                inputs[rank][i] = Scalars.get(type, input.address(), i);
            }
            output.asSlice((long) outputElements * size).fill(GUARD);
            if (inPlace && (collective == Collective.REDUCE_SCATTER || collective == Collective.SCATTER)) {
                // The guard lay within the input.
                for (int i = 0; i < inputElements; i++) {
                    Scalars.put(type, input.address(), i, inputs[rank][i]);
                }
            }
            outputs.add(output);
            handles.add(start(group.get(rank), collective, input, output, count, type, operation, root));
        }
        Group.await(handles, random);
        long[][] expected = new long[ranks][outputElements];
        new Interpreter(schedule(collective, (long) count * size, root, inPlace), type, operation, inputs, expected)
                .run(random);
        for (int rank = 0; rank < ranks; rank++) {
            if (Meaning.hasOutput(collective, rank, root)) {
                compare(collective, type, operation, rank, expected[rank], outputs.get(rank), inPlace);
            }
        }
    }

    private void compare(
            Collective collective,
            DataType type,
            ReduceOperation operation,
            int rank,
            long[] expected,
            MemorySegment output,
            boolean inPlace) {
        for (int i = 0; i < expected.length; i++) {
            long found = Scalars.get(type, output.address(), i);
            if (!Scalars.same(type, expected[i], found)) {
                fail(collective + " " + type + " " + operation + " ranks=" + group.size() + " rank=" + rank
                        + " element "
                        + i + " of " + expected.length + (inPlace ? " in place" : "") + ": expected 0x"
                        + Long.toHexString(expected[i]) + ", found 0x" + Long.toHexString(found));
            }
        }
        boolean isGuarded = !inPlace || (collective != Collective.REDUCE_SCATTER && collective != Collective.SCATTER);
        for (long at = (long) expected.length * type.sizeBytes(); isGuarded && at < output.byteSize(); at++) {
            assertEquals(GUARD, output.get(ValueLayout.JAVA_BYTE, at), () -> collective + " wrote behind");
        }
    }

    /** Finite, so that results are, or overflow alike. */
    private long value(DataType type) {
        long bits = random.nextLong();
        return switch (type) {
            case F32 -> Float.floatToRawIntBits((int) bits / 1e9f);
            case F64 -> Double.doubleToRawLongBits(bits / 1e18);
            case F16 -> Float.floatToFloat16((int) bits / 1e9f);
            case BF16 -> Float.floatToRawIntBits((int) bits / 1e9f) >>> 16;
            default -> bits;
        };
    }

    /** The one that the communicator documents to take. */
    private Schedule schedule(Collective collective, long bytes, int root, boolean inPlace) {
        int ranks = group.size();
        if (program != null && program.isFor(collective, ranks, bytes, inPlace)) {
            return program.schedule();
        }
        Algorithm algorithm = Algorithm.DIRECT;
        boolean isLong = bytes > directBytes;
        if (forced != null) {
            algorithm = Schedules.of(collective, forced, hosts, root).isPresent() ? forced : Algorithm.DIRECT;
        } else if (collective == Collective.BROADCAST || collective == Collective.REDUCE) {
            algorithm = isLong ? Algorithm.RING : Algorithm.TREE;
        } else if (collective == Collective.BARRIER) {
            algorithm = ranks > 4 ? Algorithm.HALVING_DOUBLING : Algorithm.DIRECT;
        } else if (isLong && (collective == Collective.ALL_REDUCE && !isLevel(bytes) || ranks > 2)) {
            algorithm = Schedules.of(collective, Algorithm.RING, ranks, root).isPresent()
                    ? Algorithm.RING
                    : Algorithm.DIRECT;
        }
        return Schedules.of(collective, algorithm, hosts, root).orElseThrow();
    }

    private boolean isLevel(long bytes) {
        return group.isShared() && bytes <= 256 << 10;
    }

    /** Calls one of those that have counts alike for all ranks. */
    static CollectiveHandle start(
            EndpointCommunicator communicator,
            Collective collective,
            MemorySegment input,
            MemorySegment output,
            int count,
            DataType type,
            ReduceOperation operation,
            int root) {
        return switch (collective) {
            case ALL_REDUCE -> communicator.allReduce(input, output, count, type, operation);
            case REDUCE_SCATTER -> communicator.reduceScatter(input, output, count, type, operation);
            case ALL_GATHER -> communicator.allGather(input, output, count, type);
            case ALL_TO_ALL -> communicator.allToAll(input, output, count, type);
            case BROADCAST -> communicator.broadcast(input, output, count, type, root);
            case REDUCE -> communicator.reduce(input, output, count, type, operation, root);
            case GATHER -> communicator.gather(input, output, count, type, root);
            case SCATTER -> communicator.scatter(input, output, count, type, root);
            case BARRIER -> communicator.barrier();
            case ALL_TO_ALL_V, SEND_RECEIVE -> throw new IllegalArgumentException("has its own test");
        };
    }
}
