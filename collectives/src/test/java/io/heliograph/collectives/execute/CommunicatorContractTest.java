package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.Algorithm;
import io.heliograph.collectives.Collective;
import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every communicator keeps, whatever carries it; all ranks are in this process, turned by one thread in an order by chance. */
abstract class CommunicatorContractTest {
    /** So small that buffers are cut into many pieces and slots run out. */
    private static final CommunicatorConfig SMALL = CommunicatorConfig.DEFAULT
            .withSlots(256, 2, 64)
            .withDirectBytes(200)
            .withTimeoutNs(TimeUnit.SECONDS.toNanos(20));

    private static final CommunicatorConfig HASTY = SMALL.withTimeoutNs(TimeUnit.MILLISECONDS.toNanos(600));

    abstract Group open(int ranks, CommunicatorConfig config);

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 8})
    void shouldDoWhateverCollectivesComeInWhateverOrder(int ranks) {
        SeededRandom random = new SeededRandom(ranks);
        try (Group group = open(ranks, SMALL)) {
            CollectiveCheck check = new CollectiveCheck(group, random, null, 200);
            for (int i = 0; i < 60; i++) {
                check.runOne();
            }
        }
    }

    @ParameterizedTest
    @NullSource
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MSCCL")
    void shouldDoThemByAnyAlgorithm(@Nullable Algorithm algorithm) {
        SeededRandom random = new SeededRandom(5);
        try (Group group = open(3, SMALL.withAlgorithm(algorithm))) {
            CollectiveCheck check = new CollectiveCheck(group, random, algorithm, 200);
            for (int i = 0; i < 30; i++) {
                check.runOne();
            }
        }
    }

    @ParameterizedTest
    @NullSource
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "MSCCL")
    void shouldDoNothingForNoElements(@Nullable Algorithm algorithm) {
        SeededRandom random = new SeededRandom(6);
        try (Group group = open(3, SMALL.withAlgorithm(algorithm))) {
            CollectiveCheck check = new CollectiveCheck(group, random, algorithm, 200);
            for (Collective each : Collective.values()) {
                if (each != Collective.SEND_RECEIVE && each != Collective.ALL_TO_ALL_V) {
                    check.run(each, DataType.F32, ReduceOperation.SUM, 0, 1, false);
                    check.run(each, DataType.F32, ReduceOperation.SUM, 0, 0, true);
                }
            }
        }
    }

    @Test
    void shouldCarryLongBuffersWithTheDefaults() {
        SeededRandom random = new SeededRandom(9);
        try (Group group = open(2, CommunicatorConfig.DEFAULT)) {
            CollectiveCheck check = new CollectiveCheck(group, random, null, SMALL.directBytes());
            check.run(Collective.ALL_REDUCE, DataType.F32, ReduceOperation.SUM, 200_001, 0, true);
            check.run(Collective.ALL_TO_ALL, DataType.I8, ReduceOperation.SUM, 300_000, 0, false);
        }
    }

    @Test
    void shouldCarryPartsOfTheirOwnLengths() {
        int ranks = 3;
        SeededRandom random = new SeededRandom(11);
        try (Group group = open(ranks, SMALL)) {
            long[][] counts = {{5, 0, 700}, {1, 40, 0}, {0, 300, 9}};
            long[][] offsets = new long[ranks][ranks];
            long[][] outputCounts = new long[ranks][ranks];
            List<MemorySegment> outputs = new ArrayList<>();
            List<CollectiveHandle> handles = new ArrayList<>();
            for (int rank = 0; rank < ranks; rank++) {
                MemorySegment input = group.get(rank).allocate(3000);
                MemorySegment output = group.get(rank).allocate(3000);
                outputs.add(output);
                for (int other = 0; other < ranks; other++) {
                    offsets[rank][other] = 1000L * other;
                    outputCounts[rank][other] = counts[other][rank];
                    input.asSlice(1000L * other, 1000).fill((byte) (10 * rank + other + 1));
                }
                handles.add(group.get(rank)
                        .allToAllv(
                                input,
                                counts[rank],
                                offsets[rank],
                                output,
                                outputCounts[rank],
                                offsets[rank],
                                DataType.I8));
            }
            Group.await(handles, random);
            for (int rank = 0; rank < ranks; rank++) {
                byte[] expected = new byte[3000];
                for (int other = 0; other < ranks; other++) {
                    int from = 1000 * other;
                    Arrays.fill(expected, from, from + (int) counts[other][rank], (byte) (10 * other + rank + 1));
                }
                assertEquals(
                        -1,
                        outputs.get(rank).asSlice(0, 3000).mismatch(MemorySegment.ofArray(expected)),
                        "rank " + rank);
            }
        }
    }

    @Test
    void shouldSendAndReceiveBetweenTwoWhileOthersDoNothing() {
        SeededRandom random = new SeededRandom(12);
        try (Group group = open(3, SMALL)) {
            MemorySegment from = group.get(2).allocate(5000);
            MemorySegment to = group.get(0).allocate(5000);
            from.fill((byte) 7);
            Group.await(
                    List.of(
                            group.get(2).send(from, 5000, DataType.I8, 0),
                            group.get(0).receive(to, 5000, DataType.I8, 2)),
                    random);
            assertEquals(-1, from.mismatch(to));
            // Around, all at once: nobody waits for another to receive first.
            List<CollectiveHandle> handles = new ArrayList<>();
            List<MemorySegment> outputs = new ArrayList<>();
            for (int rank = 0; rank < 3; rank++) {
                MemorySegment input = group.get(rank).allocate(4000);
                MemorySegment output = group.get(rank).allocate(4000);
                input.fill((byte) (rank + 1));
                outputs.add(output);
                handles.add(group.get(rank)
                        .sendReceive(input, 1000, (rank + 1) % 3, output, 1000, (rank + 2) % 3, DataType.F32));
            }
            Group.await(handles, random);
            for (int rank = 0; rank < 3; rank++) {
                byte expected = (byte) ((rank + 2) % 3 + 1);
                assertEquals(expected, outputs.get(rank).get(ValueLayout.JAVA_BYTE, 3999));
            }
        }
    }

    @Test
    void shouldQueueCallsAndCarryThemOutInTheirOrder() {
        SeededRandom random = new SeededRandom(13);
        int calls = 40;
        try (Group group = open(2, SMALL)) {
            List<CollectiveHandle> handles = new ArrayList<>();
            List<MemorySegment> buffers = new ArrayList<>();
            for (int rank = 0; rank < 2; rank++) {
                MemorySegment buffer = group.get(rank).allocate(400);
                buffer.set(ValueLayout.JAVA_INT, 396, 1);
                buffers.add(buffer);
                for (int i = 0; i < calls; i++) {
                    handles.add(group.get(rank).allReduce(buffer, buffer, 100, DataType.I32, ReduceOperation.SUM));
                    if (i % 7 == 0) {
                        handles.add(group.get(rank).barrier());
                    }
                }
            }
            Group.await(handles, random);
            for (MemorySegment buffer : buffers) {
                // Doubled by each call, modulo 2^32.
                assertEquals((int) (1L << calls), buffer.get(ValueLayout.JAVA_INT, 396));
            }
        }
    }

    @Test
    void shouldNotEndABarrierBeforeAllHaveCome() {
        SeededRandom random = new SeededRandom(14);
        try (Group group = open(3, SMALL)) {
            CollectiveHandle first = group.get(0).barrier();
            CollectiveHandle second = group.get(1).barrier();
            for (int i = 0; i < 2_000; i++) {
                assertFalse(first.poll(), "rank 2 has not come");
                assertFalse(second.poll(), "rank 2 has not come");
            }
            Group.await(List.of(first, second, group.get(2).barrier()), random);
        }
    }

    /** Every rank's failure. */
    private static List<CollectiveException> failures(List<CollectiveHandle> handles) {
        List<CollectiveException> failures = new ArrayList<>();
        CollectiveException[] found = new CollectiveException[handles.size()];
        Group.onThreads(
                handles.size(),
                rank -> found[rank] = assertThrows(
                        CollectiveException.class, () -> handles.get(rank).await()));
        failures.addAll(List.of(found));
        return failures;
    }

    @Test
    void shouldNameRanksAndDifferenceWhenTheyCallDifferently() {
        try (Group group = open(3, SMALL)) {
            List<CollectiveHandle> handles = new ArrayList<>();
            for (int rank = 0; rank < 3; rank++) {
                MemorySegment buffer = group.get(rank).allocate(4000);
                ReduceOperation operation = rank == 1 ? ReduceOperation.MAX : ReduceOperation.SUM;
                handles.add(group.get(rank).allReduce(buffer, buffer, 1000, DataType.F32, operation));
            }
            for (CollectiveException failure : failures(handles)) {
                String message = String.valueOf(failure.getMessage());
                assertTrue(
                        message.contains("rank 1 called") && message.contains("SUM") && message.contains("MAX"),
                        message);
            }
            // And so ends every later call, at once.
            assertThrows(CollectiveException.class, () -> group.get(0).barrier());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {999, 1001, 64, 0})
    void shouldNoticeOtherCounts(long count) {
        try (Group group = open(2, SMALL)) {
            List<CollectiveHandle> handles = new ArrayList<>();
            for (int rank = 0; rank < 2; rank++) {
                MemorySegment input = group.get(rank).allocate(8008);
                MemorySegment output = group.get(rank).allocate(2 * 8008);
                handles.add(group.get(rank).allGather(input, output, rank == 0 ? 1000 : count, DataType.F64));
            }
            for (CollectiveException failure : failures(handles)) {
                assertTrue(String.valueOf(failure.getMessage()).contains("count=" + count), failure::toString);
            }
        }
    }

    @Test
    void shouldNoticeTypesOfTheSameSize() {
        try (Group group = open(2, SMALL)) {
            List<CollectiveHandle> handles = new ArrayList<>();
            for (int rank = 0; rank < 2; rank++) {
                MemorySegment buffer = group.get(rank).allocate(64);
                DataType type = rank == 0 ? DataType.F32 : DataType.I32;
                handles.add(group.get(rank).allReduce(buffer, buffer, 16, type, ReduceOperation.SUM));
            }
            for (CollectiveException failure : failures(handles)) {
                String message = String.valueOf(failure.getMessage());
                assertTrue(message.contains("type=F32") && message.contains("type=I32"), message);
            }
        }
    }

    @Test
    void shouldFailEverywhereWhenOneGivesAHeapBuffer() {
        try (Group group = open(2, SMALL)) {
            MemorySegment buffer = group.get(0).allocate(64);
            CollectiveHandle waiting = group.get(0).allReduce(buffer, buffer, 8, DataType.F64, ReduceOperation.SUM);
            MemorySegment heap = MemorySegment.ofArray(new double[8]);
            CollectiveException refusal = assertThrows(
                    CollectiveException.class,
                    () -> group.get(1).allReduce(heap, heap, 8, DataType.F64, ReduceOperation.SUM));
            assertEquals(1, refusal.rank());
            assertTrue(String.valueOf(refusal.getMessage()).contains("garbage collector"), refusal::toString);
            CollectiveException heard = assertThrows(CollectiveException.class, waiting::await);
            assertEquals(1, heard.rank());
            assertTrue(String.valueOf(heard.getMessage()).contains("on the heap"), heard::toString);
        }
    }

    @Test
    void shouldRefuseBuffersThatOverlapOrAreNotRegistered() {
        try (Group group = open(1, SMALL)) {
            MemorySegment buffer = group.get(0).allocate(128);
            CollectiveException overlap = assertThrows(
                    CollectiveException.class,
                    () -> group.get(0)
                            .allReduce(
                                    buffer.asSlice(0, 64),
                                    buffer.asSlice(8, 64),
                                    8,
                                    DataType.F64,
                                    ReduceOperation.SUM));
            assertTrue(String.valueOf(overlap.getMessage()).contains("overlap"), overlap::toString);
        }
        try (Group group = open(1, SMALL);
                Arena arena = Arena.ofConfined()) {
            MemorySegment foreign = arena.allocate(64, 8);
            CollectiveException refusal = assertThrows(
                    CollectiveException.class,
                    () -> group.get(0).allReduce(foreign, foreign, 8, DataType.F64, ReduceOperation.SUM));
            assertTrue(String.valueOf(refusal.getMessage()).contains("not registered"), refusal::toString);
        }
    }

    @Test
    void shouldTakeRegisteredMemoryUntilItIsDeregistered() {
        SeededRandom random = new SeededRandom(15);
        try (Group group = open(1, SMALL);
                Arena arena = Arena.ofConfined()) {
            MemorySegment foreign = arena.allocate(64, 8);
            foreign.fill((byte) 1);
            group.get(0).register(foreign);
            Group.await(
                    List.of(group.get(0).allReduce(foreign, foreign, 64, DataType.I8, ReduceOperation.SUM)), random);
            group.get(0).deregister(foreign);
            assertThrows(
                    CollectiveException.class,
                    () -> group.get(0).allReduce(foreign, foreign, 64, DataType.I8, ReduceOperation.SUM));
        }
    }

    @Test
    void shouldNameTheRankThatDoesNotCome() {
        try (Group group = open(4, HASTY.withAlgorithm(Algorithm.RING))) {
            List<CollectiveHandle> handles = new ArrayList<>();
            for (int rank = 0; rank < 4; rank++) {
                MemorySegment buffer = group.get(rank).allocate(4000);
                if (rank != 2) {
                    handles.add(group.get(rank).allReduce(buffer, buffer, 1000, DataType.F32, ReduceOperation.SUM));
                }
            }
            // Around the ring rank 3 waits for it, but rank 0 waits for rank 3 and rank 1 for rank 0.
            for (CollectiveException failure : failures(handles)) {
                assertEquals(2, failure.rank(), failure::toString);
            }
        }
    }

    @Test
    void shouldNameTheRankThatHasLeft() {
        try (Group group = open(3, SMALL)) {
            Group.onThreads(3, rank -> {
                if (rank == 1) {
                    group.get(1).close();
                } else {
                    CollectiveException failure = assertThrows(
                            CollectiveException.class,
                            () -> group.get(rank).barrier().await());
                    assertEquals(1, failure.rank(), failure::toString);
                }
            });
        }
    }
}
