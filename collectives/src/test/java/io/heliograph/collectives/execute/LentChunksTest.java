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
import io.heliograph.collectives.Tuning;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What is read out of the memory of other ranks, what is not, and what happens when it is taken back. */
final class LentChunksTest {
    private static final CommunicatorConfig CONFIG =
            Carrier.lent(CommunicatorConfig.DEFAULT).withTimeoutNs(TimeUnit.SECONDS.toNanos(20));
    private static final int ELEMENTS = 100_000;
    private static final long BYTES = 4L * ELEMENTS;
    /** Headers, but no chunk. */
    private static final long FEW_BYTES = BYTES / 50;

    private static final long PRIVATE_BYTES = 80L << 20;

    private final SeededRandom random = new SeededRandom(1);

    private static void fill(MemorySegment memory, int factor) {
        for (int i = 0; i < ELEMENTS; i++) {
            memory.setAtIndex(ValueLayout.JAVA_INT, i, factor * i);
        }
    }

    private static void check(MemorySegment memory, int factor) {
        for (int i = 0; i < ELEMENTS; i++) {
            assertEquals(factor * i, memory.getAtIndex(ValueLayout.JAVA_INT, i));
        }
    }

    private void allReduce(Group group, List<MemorySegment> inputs, List<MemorySegment> outputs) {
        List<CollectiveHandle> handles = new ArrayList<>();
        for (int rank = 0; rank < group.size(); rank++) {
            fill(inputs.get(rank), rank + 1);
            handles.add(group.get(rank)
                    .allReduce(inputs.get(rank), outputs.get(rank), ELEMENTS, DataType.I32, ReduceOperation.SUM));
        }
        Group.await(handles, random);
        for (MemorySegment output : outputs) {
            check(output, group.size() * (group.size() + 1) / 2);
        }
    }

    private static List<MemorySegment> allocate(Group group) {
        List<MemorySegment> buffers = new ArrayList<>();
        for (int rank = 0; rank < group.size(); rank++) {
            buffers.add(group.get(rank).allocate(BYTES));
        }
        return buffers;
    }

    @ParameterizedTest
    @EnumSource(names = {"RING", "DIRECT"})
    void shouldWriteNothingButHeadersBetweenAllocatedBuffers(Algorithm algorithm) {
        try (Group group = Group.overSharedMemory(2, CONFIG.withAlgorithm(algorithm))) {
            allReduce(group, allocate(group), allocate(group));
            assertTrue(group.placedBytes(0) < FEW_BYTES, () -> "placed " + group.placedBytes(0));
            assertTrue(group.placedBytes(1) < FEW_BYTES, () -> "placed " + group.placedBytes(1));
        }
    }

    @Test
    void shouldWriteWhatMustNotBeLent() {
        try (Group group = Group.overSharedMemory(2, CONFIG.withAlgorithm(Algorithm.DIRECT))) {
            List<MemorySegment> buffers = allocate(group);
            allReduce(group, buffers, buffers);
            assertTrue(group.placedBytes(0) >= BYTES, () -> "placed " + group.placedBytes(0));
            // Around a ring each chunk is read before it is written over.
            long before = group.placedBytes(1);
            try (Group ring = Group.overSharedMemory(2, CONFIG.withAlgorithm(Algorithm.RING))) {
                List<MemorySegment> others = allocate(ring);
                allReduce(ring, others, others);
                assertTrue(ring.placedBytes(0) < FEW_BYTES, () -> "placed " + ring.placedBytes(0));
            }
            assertTrue(before >= BYTES, () -> "placed " + before);
        }
    }

    @Test
    void shouldWriteWhatIsRegisteredAndReadWhatIsAllocated() {
        try (Arena arena = Arena.ofConfined();
                Group group = Group.overSharedMemory(2, CONFIG.withAlgorithm(Algorithm.DIRECT))) {
            MemorySegment registered = arena.allocate(BYTES);
            group.get(0).register(registered);
            allReduce(group, List.of(registered, group.get(1).allocate(BYTES)), allocate(group));
            assertTrue(group.placedBytes(0) < FEW_BYTES, () -> "placed " + group.placedBytes(0));
            assertTrue(group.placedBytes(1) >= BYTES, () -> "placed " + group.placedBytes(1));
        }
    }

    @Test
    void shouldWriteEverythingIfNothingIsToBeLent() {
        try (Group group =
                Group.overSharedMemory(2, CONFIG.withTuning(Tuning.DEFAULT.withLeastLentBytes(Tuning.NEVER_LENT)))) {
            allReduce(group, allocate(group), allocate(group));
            assertTrue(group.placedBytes(0) >= BYTES, () -> "placed " + group.placedBytes(0));
        }
        assertThrows(IllegalArgumentException.class, () -> Tuning.DEFAULT.withLeastLentBytes(0));
    }

    /** Ranks 0 and 1 are on one host, rank 2 is on another. */
    @Test
    void shouldReadWhatIsOfThisHostAndSendPacketsToOthers() {
        try (Group group = Group.overBoth(4, CONFIG)) {
            List<MemorySegment> buffers = allocate(group);
            for (int to = 1; to < 3; to++) {
                fill(buffers.getFirst(), to);
                long before = group.placedBytes(to);
                Group.await(
                        List.of(
                                group.get(0).send(buffers.getFirst(), ELEMENTS, DataType.I32, to),
                                group.get(to).receive(buffers.get(to), ELEMENTS, DataType.I32, 0)),
                        random);
                check(buffers.get(to), to);
                long placed = group.placedBytes(to) - before;
                assertEquals(to == 1, placed < FEW_BYTES, "to=" + to + " placed=" + placed);
                assertEquals(to == 2, placed >= BYTES, "to=" + to + " placed=" + placed);
            }
            allReduce(group, buffers, allocate(group));
        }
    }

    /** Each sender decides for itself. */
    @Test
    void shouldTakeWhateverTheOthersSend() {
        try (Group group = Group.overSharedMemory(
                3, rank -> CONFIG.withTuning(Tuning.DEFAULT.withLeastLentBytes(rank == 1 ? Tuning.NEVER_LENT : 1)))) {
            allReduce(group, allocate(group), allocate(group));
            List<MemorySegment> buffers = allocate(group);
            allReduce(group, buffers, buffers);
        }
    }

    @Test
    void shouldWriteFromMemoryOfItsOwnWhereSharedMemoryIsTaken() {
        try (Group group = Group.overSharedMemory(2, CONFIG.withAlgorithm(Algorithm.DIRECT))) {
            MemorySegment long0 = group.get(0).allocate(PRIVATE_BYTES);
            allReduce(group, List.of(long0, group.get(1).allocate(BYTES)), allocate(group));
            assertTrue(group.placedBytes(0) < FEW_BYTES, () -> "placed " + group.placedBytes(0));
            assertTrue(group.placedBytes(1) >= BYTES, () -> "placed " + group.placedBytes(1));
        }
    }

    @Test
    void shouldEndASendWhenItWasReadAndNotBefore() {
        try (Group group = Group.overSharedMemory(2, CONFIG)) {
            MemorySegment from = group.get(0).allocate(BYTES);
            MemorySegment to = group.get(1).allocate(BYTES);
            fill(from, 3);
            CollectiveHandle send = group.get(0).send(from, 1000, DataType.I32, 1);
            for (int i = 0; i < 1000; i++) {
                assertFalse(send.poll());
            }
            fill(from, 5); // as no caller may; it shows that nothing was copied
            Group.await(List.of(send, group.get(1).receive(to, 1000, DataType.I32, 0)), random);
            assertEquals(5 * 999, to.getAtIndex(ValueLayout.JAVA_INT, 999));
        }
    }

    /** Whoever is told of a failure may change buffers at once, while others are in the middle of reading them. */
    @Test
    void shouldGiveNoResultOutOfWhatWasChangedAfterAFailure() {
        try (Group group = Group.overSharedMemory(2, CONFIG.withTuning(Tuning.DEFAULT.withLeastLentBytes(64)))) {
            MemorySegment from = group.get(0).allocate(BYTES);
            MemorySegment to = group.get(1).allocate(BYTES);
            Group.await(List.of(group.get(0).barrier(), group.get(1).barrier()), random);
            fill(from, 1);
            Group.await(List.of(group.get(0).send(from, 1, DataType.I8, 1)), random);
            CollectiveHandle lent = group.get(0).send(from, 1000, DataType.I32, 1);
            // Rank 1 knows of both now, and is not told of the failure that follows before it reads.
            Group.await(List.of(group.get(1).receive(to, 1, DataType.I8, 0)), random);
            assertThrows(
                    CollectiveException.class,
                    () -> group.get(0).send(MemorySegment.ofArray(new byte[8]), 8, DataType.I8, 1));
            assertThrows(CollectiveException.class, lent::poll);
            fill(from, 2);
            CollectiveException failure = assertThrows(
                    CollectiveException.class,
                    () -> group.get(1).receive(to, 1000, DataType.I32, 0).await());
            assertEquals(0, failure.rank());
        }
    }

    @Test
    void shouldFailWhereWhatWasLentIsTakenBack() {
        try (Group group = Group.overSharedMemory(2, CONFIG)) {
            MemorySegment from = group.get(0).allocate(BYTES);
            MemorySegment to = group.get(1).allocate(BYTES);
            Group.await(List.of(group.get(0).barrier(), group.get(1).barrier()), random);
            CollectiveHandle lent = group.get(0).send(from, 1000, DataType.I32, 1);
            assertThrows(IllegalStateException.class, () -> group.get(0).deregister(from), "is under way");
            assertThrows(
                    CollectiveException.class,
                    () -> group.get(0).send(MemorySegment.ofArray(new byte[8]), 8, DataType.I8, 1));
            group.get(0).deregister(from);
            assertThrows(CollectiveException.class, lent::poll);
            CollectiveException failure = assertThrows(
                    CollectiveException.class,
                    () -> group.get(1).receive(to, 1000, DataType.I32, 0).await());
            assertEquals(0, failure.rank());
        }
    }
}
