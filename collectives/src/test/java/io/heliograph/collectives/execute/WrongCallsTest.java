package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a caller can get wrong: an error that says so at the rank that called, and names it at the one that waits. */
@Timeout(60)
final class WrongCallsTest {
    private static final CommunicatorConfig CONFIG =
            CommunicatorConfig.DEFAULT.withTimeoutNs(TimeUnit.SECONDS.toNanos(20));
    private static final CommunicatorConfig HASTY = CONFIG.withTimeoutNs(TimeUnit.MILLISECONDS.toNanos(300));
    private static final int BYTES = 256;

    /** A call of rank 1 that is wrong, with memory of an arena that is closed only after it. */
    interface Call {
        CollectiveHandle on(EndpointCommunicator rank, MemorySegment registered, Arena arena);
    }

    private static Arguments wrong(String why, Call call) {
        return Arguments.of(why, Named.of(why, call));
    }

    private static Stream<Arguments> wrongCalls() {
        return Stream.of(
                wrong("on the heap", (rank, _, _) -> {
                    MemorySegment heap = MemorySegment.ofArray(new float[BYTES]);
                    return rank.allReduce(heap, heap, BYTES / 4, DataType.F32, ReduceOperation.SUM);
                }),
                wrong("input is not registered", (rank, buffer, arena) -> {
                    MemorySegment foreign = arena.allocate(BYTES);
                    return rank.allReduce(foreign, buffer, BYTES / 4, DataType.F32, ReduceOperation.SUM);
                }),
                wrong(
                        "input is too short",
                        (rank, buffer, _) -> rank.allReduce(
                                buffer.asSlice(0, 8), buffer, BYTES / 4, DataType.F32, ReduceOperation.SUM)),
                wrong(
                        "overlap, but not as in place",
                        (rank, buffer, _) -> rank.allReduce(
                                buffer.asSlice(0, 64), buffer.asSlice(8, 64), 8, DataType.F64, ReduceOperation.SUM)),
                wrong(
                        "output is read-only",
                        (rank, buffer, _) -> rank.allReduce(
                                buffer.asSlice(64),
                                buffer.asReadOnly().asSlice(0, 64),
                                8,
                                DataType.F64,
                                ReduceOperation.SUM)),
                wrong("is closed", (rank, buffer, _) -> {
                    MemorySegment gone;
                    try (Arena short1 = Arena.ofConfined()) {
                        gone = short1.allocate(64);
                        rank.register(gone);
                    }
                    return rank.allReduce(gone, buffer, 8, DataType.F64, ReduceOperation.SUM);
                }),
                wrong(
                        "count=-1",
                        (rank, buffer, _) -> rank.allReduce(buffer, buffer, -1, DataType.F64, ReduceOperation.SUM)),
                wrong(
                        "root=2; ranks are 0 to 1",
                        (rank, buffer, _) -> rank.broadcast(buffer, buffer, 8, DataType.F64, 2)),
                wrong("destination=-1; ranks are 0 to 1", (rank, buffer, _) -> rank.send(buffer, 8, DataType.F64, -1)),
                wrong("source=-1; ranks are 0 to 1", (rank, buffer, _) -> rank.receive(buffer, 8, DataType.F64, -1)),
                wrong(
                        "destination=-1; ranks are 0 to 1",
                        (rank, buffer, _) -> rank.sendReceive(buffer, 1, -1, buffer, 0, 0, DataType.F64)),
                wrong("one for each rank", (rank, buffer, _) -> parts(rank, buffer, new long[1], new long[1])),
                wrong(
                        "the parts of ranks 0 and 1 overlap",
                        (rank, buffer, _) -> parts(rank, buffer, new long[] {8, 8}, new long[] {0, 7})),
                wrong(
                        "the parts of ranks 0 and 1 overlap",
                        (rank, buffer, _) -> parts(rank, buffer, new long[] {8, 8}, new long[] {9, 2})));
    }

    private static CollectiveHandle parts(
            EndpointCommunicator rank, MemorySegment buffer, long[] counts, long[] offsets) {
        return rank.allToAllv(
                buffer.asSlice(0, 64),
                new long[] {8, 8},
                new long[] {0, 0}, // the same may go to several
                buffer.asSlice(64, 64),
                counts,
                offsets,
                DataType.I8);
    }

    @ParameterizedTest
    @MethodSource("wrongCalls")
    void shouldSaySoEverywhere(String why, Call call) {
        try (Group group = Group.overSharedMemory(2, CONFIG);
                Arena arena = Arena.ofConfined()) {
            MemorySegment waiting = group.get(0).allocate(BYTES);
            MemorySegment buffer = group.get(1).allocate(BYTES);
            CollectiveHandle handle =
                    group.get(0).allReduce(waiting, waiting, BYTES / 4, DataType.F32, ReduceOperation.SUM);
            CollectiveException refusal =
                    assertThrows(CollectiveException.class, () -> call.on(group.get(1), buffer, arena));
            CollectiveException heard = assertThrows(CollectiveException.class, handle::await);
            for (CollectiveException failure : List.of(refusal, heard)) {
                assertEquals(1, failure.rank());
                String message = String.valueOf(failure.getMessage());
                assertTrue(message.contains(why) && message.contains("rank 1 called"), message);
            }
        }
    }

    @Test
    void shouldTakePartsInAnyOrderThatDoNotOverlap() {
        try (Group group = Group.overSharedMemory(2, CONFIG)) {
            CollectiveHandle[] handles = new CollectiveHandle[2];
            for (int rank = 0; rank < 2; rank++) {
                MemorySegment buffer = group.get(rank).allocate(BYTES);
                handles[rank] = parts(group.get(rank), buffer, new long[] {8, 8}, new long[] {8, 0});
            }
            Group.onThreads(2, rank -> handles[rank].await());
        }
    }

    /** Neither sends, so no header says what the other called. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void shouldNameBothCallsWhereEachWaitsForTheOther(boolean broadcasts) {
        try (Group group = Group.overSharedMemory(2, HASTY.withAlgorithm(Algorithm.DIRECT))) {
            List<CollectiveHandle> handles = new ArrayList<>();
            for (int rank = 0; rank < 2; rank++) {
                EndpointCommunicator communicator = group.get(rank);
                MemorySegment buffer = communicator.allocate(BYTES);
                handles.add(
                        broadcasts
                                ? communicator.broadcast(buffer, buffer, 8, DataType.F32, 1 - rank)
                                : communicator.receive(buffer, 8 + rank, DataType.F32, 1 - rank));
            }
            for (CollectiveException failure : turnUntilAllFail(handles)) {
                String message = String.valueOf(failure.getMessage());
                for (int each = 0; each < 2; each++) {
                    String call = broadcasts
                            ? "rank " + each + " in broadcast(count=8, type=F32, root=" + (1 - each)
                            : "rank " + each + " in receive(count=" + (8 + each) + ", type=F32, source=" + (1 - each);
                    assertTrue(message.contains(call), message);
                }
            }
        }
    }

    /** On one thread: on a busy machine ranks with threads of their own may not answer in time. */
    private static List<CollectiveException> turnUntilAllFail(List<CollectiveHandle> handles) {
        List<CollectiveHandle> left = new ArrayList<>(handles);
        List<CollectiveException> failures = new ArrayList<>();
        while (!left.isEmpty()) {
            CollectiveHandle next = left.removeFirst();
            try {
                assertFalse(next.poll());
                left.add(next);
            } catch (CollectiveException e) {
                failures.add(e);
            }
        }
        return failures;
    }

    @Test
    void shouldNameTheCallOfWhoWaitsForARankThatIsInNone() {
        try (Group group = Group.overSharedMemory(2, HASTY)) {
            MemorySegment buffer = group.get(0).allocate(BYTES);
            CollectiveHandle handle = group.get(0).allGather(buffer.asSlice(0, 8), buffer, 1, DataType.F64);
            CollectiveException failure = assertThrows(CollectiveException.class, handle::await);
            assertEquals(1, failure.rank());
            String message = String.valueOf(failure.getMessage());
            assertTrue(message.contains("rank 0 in allGather(count=1, type=F64"), message);
        }
    }

    @Test
    void shouldNameTheSettingsThatDiffer() {
        AssertionError error = assertThrows(
                AssertionError.class,
                () -> Group.overSharedMemory(
                        2,
                        rank -> rank == 0
                                ? CONFIG.withAlgorithm(Algorithm.RING)
                                : CONFIG.withSlots(4096, 4, 64).withDirectBytes(7)));
        String message = String.valueOf(error.getMessage());
        assertTrue(message.contains("other settings"), message);
        for (String each : List.of("slotBytes=", "65536", "4096", "slots=", "RING", "by size", "directBytes=")) {
            assertTrue(message.contains(each), message);
        }
    }
}
