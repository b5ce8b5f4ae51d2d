package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.collectives.algorithm.MscclProgram;
import io.heliograph.collectives.algorithm.MscclProgramTest;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.SystemClock;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** No call allocates once it is warm, whatever carries it. */
final class SteadyStateTest {
    private static final int CALLS = 200;
    private static final int ELEMENTS = 5_000;

    private static final int RANKS = 3;
    private static final int FEW_CALLS = 30;
    /** No multiple of any vector; of all types but I8 several pieces. */
    private static final int COUNT = 3_001;

    private static final int PIECE_BYTES = 4 << 10;
    /** For the compiler. */
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(60);

    @Test
    void shouldAllocateNothingOverSharedMemory() {
        try (Group group = Group.overSharedMemory(2, CommunicatorConfig.DEFAULT)) {
            assertEquals(0, allocated(group));
        }
    }

    @Test
    void shouldAllocateNothingOverPackets() {
        try (Group group = Group.overPackets(2, CommunicatorConfig.DEFAULT, "")) {
            assertEquals(0, allocated(group));
        }
    }

    @Test
    void shouldAllocateNothingOverTwoEndpointsThatLookLikeOne() {
        try (Group group = Group.overBoth(2, CommunicatorConfig.DEFAULT)) {
            assertEquals(0, allocated(group));
        }
    }

    private static Stream<Arguments> algorithmsAndTypes() {
        return Stream.of(Algorithm.values())
                .filter(algorithm -> algorithm != Algorithm.MSCCL)
                .flatMap(algorithm -> Stream.of(DataType.values()).map(type -> Arguments.of(algorithm, type)));
    }

    @ParameterizedTest
    @MethodSource("algorithmsAndTypes")
    void shouldAllocateNothingInAnyCollective(Algorithm algorithm, DataType type) {
        try (Group group = Group.overSharedMemory(RANKS, rank -> config(algorithm, rank))) {
            assertNoneAllocates(group, type);
        }
    }

    /** What carries them does not care for types. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"MSCCL", "HIERARCHICAL"})
    void shouldAllocateNothingInAnyCollectiveOverPackets(Algorithm algorithm) {
        try (Group group = Group.overPackets(RANKS, config(algorithm, 0), "")) {
            assertNoneAllocates(group, DataType.F32);
        }
    }

    @Test
    void shouldAllocateNothingInAProgram() {
        MscclProgram program = MscclProgram.of("chain", MscclProgramTest.text("chain-allreduce-3"));
        CommunicatorConfig config = CommunicatorConfig.DEFAULT.withProgram(program);
        try (Group group = Group.overSharedMemory(RANKS, config)) {
            assertEquals(Algorithm.MSCCL, group.get(0).algorithm(Collective.ALL_REDUCE, 4L * COUNT, false));
            assertEquals(0, allocated(callers(group, DataType.F32), Collective.ALL_REDUCE, ReduceOperation.AVERAGE));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldAllocateNothingInAnyReduction(DataType type) {
        try (Group group = Group.overSharedMemory(RANKS, CommunicatorConfig.DEFAULT)) {
            Caller[] ranks = callers(group, type);
            for (ReduceOperation operation : ReduceOperation.values()) {
                assertEquals(0, allocated(ranks, Collective.ALL_REDUCE, operation), () -> type + " " + operation);
            }
        }
    }

    private static CommunicatorConfig config(Algorithm algorithm, int rank) {
        CommunicatorConfig config =
                CommunicatorConfig.DEFAULT.withSlots(PIECE_BYTES, 8, 1 << 10).withAlgorithm(algorithm);
        return algorithm == Algorithm.HIERARCHICAL
                ? config.withTuning(config.tuning().withHost("host " + rank / 2))
                : config;
    }

    private static void assertNoneAllocates(Group group, DataType type) {
        Caller[] ranks = callers(group, type);
        for (Collective collective : Collective.values()) {
            assertEquals(
                    0,
                    allocated(ranks, collective, ReduceOperation.AVERAGE),
                    () -> "bytes in " + FEW_CALLS + " calls of " + collective);
        }
    }

    private static Caller[] callers(Group group, DataType type) {
        List<Caller> callers = new ArrayList<>();
        for (int rank = 0; rank < group.size(); rank++) {
            callers.add(new Caller(group.get(rank), type));
        }
        return callers.toArray(Caller[]::new);
    }

    private static long allocated(Caller[] ranks, Collective collective, ReduceOperation operation) {
        Runnable calls = () -> {
            for (int i = 0; i < FEW_CALLS; i++) {
                for (Caller rank : ranks) {
                    rank.call(collective, operation);
                }
                boolean over = false;
                while (!over) {
                    over = true;
                    for (Caller rank : ranks) {
                        over &= rank.isOver();
                    }
                }
            }
        };
        long deadlineNs = SystemClock.INSTANCE.nowNs() + PATIENCE_NS;
        long least = Allocations.inSteadyState(calls);
        // Every reduction is compiled for itself, which takes its time on a busy machine; what allocates never ends.
        while (least > 0 && SystemClock.INSTANCE.nowNs() - deadlineNs < 0) {
            least = Allocations.inSteadyState(calls);
        }
        return least;
    }

    /** A rank that calls collectives with the same buffers over and over. */
    private static final class Caller {
        private final EndpointCommunicator communicator;
        private final DataType type;
        private final MemorySegment input;
        private final MemorySegment output;
        private final long[] counts;
        private final long[] offsets;
        private CollectiveHandle handle;
        private boolean over;

        Caller(EndpointCommunicator communicator, DataType type) {
            this.communicator = communicator;
            this.type = type;
            int ranks = communicator.size();
            long bytes = (long) ranks * COUNT * type.sizeBytes();
            input = communicator.allocate(bytes);
            output = communicator.allocate(bytes);
            // As many from each rank as that sends: all send the same to all.
            counts = new long[ranks];
            offsets = new long[ranks];
            for (int other = 0; other < ranks; other++) {
                counts[other] = COUNT;
                offsets[other] = (long) other * COUNT;
            }
            handle = communicator.barrier();
        }

        void call(Collective collective, ReduceOperation operation) {
            int rank = communicator.rank();
            int ranks = communicator.size();
            handle = switch (collective) {
                case ALL_TO_ALL_V -> communicator.allToAllv(input, counts, offsets, output, counts, offsets, type);
                case SEND_RECEIVE ->
                    communicator.sendReceive(
                            input, COUNT, (rank + 1) % ranks, output, COUNT, (rank + ranks - 1) % ranks, type);
                default -> CollectiveCheck.start(communicator, collective, input, output, COUNT, type, operation, 1);
            };
            over = false;
        }

        boolean isOver() {
            over = over || handle.poll();
            return over;
        }
    }

    private static long allocated(Group group) {
        EndpointCommunicator left = group.get(0);
        EndpointCommunicator right = group.get(1);
        MemorySegment leftInput = left.allocate(8L * ELEMENTS);
        MemorySegment leftOutput = left.allocate(8L * ELEMENTS);
        MemorySegment rightInput = right.allocate(8L * ELEMENTS);
        MemorySegment rightOutput = right.allocate(8L * ELEMENTS);
        return Allocations.inSteadyState(() -> {
            for (int i = 0; i < CALLS; i++) {
                both(
                        left.allReduce(leftInput, leftOutput, ELEMENTS, DataType.F32, ReduceOperation.AVERAGE),
                        right.allReduce(rightInput, rightOutput, ELEMENTS, DataType.F32, ReduceOperation.AVERAGE));
                both(
                        left.allToAll(leftInput, leftOutput, ELEMENTS / 2, DataType.F64),
                        right.allToAll(rightInput, rightOutput, ELEMENTS / 2, DataType.F64));
                both(
                        left.broadcast(leftInput, leftOutput, 100, DataType.I64, 1),
                        right.broadcast(rightInput, rightOutput, 100, DataType.I64, 1));
                both(
                        left.sendReceive(leftInput, 10, 1, leftOutput, 20, 1, DataType.I8),
                        right.sendReceive(rightInput, 20, 0, rightOutput, 10, 0, DataType.I8));
                both(left.barrier(), right.barrier());
                both(group(left, leftInput, leftOutput), group(right, rightInput, rightOutput));
            }
        });
    }

    private static CollectiveHandle group(EndpointCommunicator rank, MemorySegment input, MemorySegment output) {
        int other = 1 - rank.rank();
        rank.groupStart();
        rank.send(input, 100, DataType.F32, other);
        rank.send(input, ELEMENTS, DataType.I64, other);
        rank.receive(output, 100, DataType.F32, other);
        rank.receive(output, ELEMENTS, DataType.I64, other);
        rank.sendReceive(input, 10, rank.rank(), output, 10, rank.rank(), DataType.I8);
        rank.barrier();
        return rank.groupEnd();
    }

    private static void both(CollectiveHandle left, CollectiveHandle right) {
        boolean leftDone = false;
        boolean rightDone = false;
        while (!leftDone || !rightDone) {
            leftDone = leftDone || left.poll();
            rightDone = rightDone || right.poll();
        }
    }
}
