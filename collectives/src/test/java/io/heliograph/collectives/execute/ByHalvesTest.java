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
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two ranks that each add up a half and write it to both outputs: what is written, what is not any more after a failure, and when they do it the other way. */
final class ByHalvesTest {
    private static final CommunicatorConfig CONFIG =
            CommunicatorConfig.DEFAULT.withTimeoutNs(TimeUnit.SECONDS.toNanos(20));
    /** Three megabytes: several turns. An odd number, so that the halves are not alike. */
    private static final int ELEMENTS = 786_433;

    private static final long BYTES = 4L * ELEMENTS;
    private static final long HALF_BYTES = BYTES / 2;
    private static final long FEW_BYTES = 10_000;

    private final SeededRandom random = new SeededRandom(1);

    private static Group open(CommunicatorConfig config) {
        Group group = Group.overSharedMemory(2, config);
        // From the first message on, memory is mapped.
        SeededRandom random = new SeededRandom(2);
        for (int i = 0; i < 3; i++) {
            Group.await(List.of(group.get(0).barrier(), group.get(1).barrier()), random);
        }
        return group;
    }

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

    private static CollectiveHandle start(Group group, int rank, MemorySegment input, MemorySegment output) {
        return group.get(rank).allReduce(input, output, ELEMENTS, DataType.I32, ReduceOperation.SUM);
    }

    private void sum(Group group, List<MemorySegment> inputs, List<MemorySegment> outputs) {
        fill(inputs.get(0), 1);
        fill(inputs.get(1), 2);
        Group.await(
                List.of(start(group, 0, inputs.get(0), outputs.get(0)), start(group, 1, inputs.get(1), outputs.get(1))),
                random);
        check(outputs.get(0), 3);
        check(outputs.get(1), 3);
    }

    private static List<MemorySegment> allocate(Group group) {
        return List.of(group.get(0).allocate(BYTES), group.get(1).allocate(BYTES));
    }

    @Test
    void shouldWriteHalfOfTheResultToTheOtherOutput() {
        try (Group group = open(CONFIG)) {
            assertEquals(Algorithm.RING, group.get(0).algorithm(Collective.ALL_REDUCE, BYTES, false));
            List<MemorySegment> buffers = allocate(group);
            sum(group, buffers, allocate(group));
            sum(group, buffers, buffers);
            for (int rank = 0; rank < 2; rank++) {
                long over = group.placedBytes(rank) - 2 * HALF_BYTES;
                assertTrue(over > -FEW_BYTES && over < FEW_BYTES, () -> "placed " + over + " more than two halves");
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ReduceOperation.class)
    void shouldDoAllOperationsOnAllTypes(ReduceOperation operation) {
        try (Group group = open(CONFIG)) {
            CollectiveCheck check = new CollectiveCheck(group, random, Algorithm.RING, 0);
            for (DataType type : DataType.values()) {
                check.run(Collective.ALL_REDUCE, type, operation, 70_001, 0, false);
                check.run(Collective.ALL_REDUCE, type, operation, 20_000, 0, true);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"F32", "BF16"})
    void shouldGiveTheSameBitsAtBothRanksAndFromRunToRun(DataType type) {
        try (Group group = open(CONFIG)) {
            List<MemorySegment> inputs = allocate(group);
            List<MemorySegment> outputs = allocate(group);
            for (MemorySegment input : inputs) {
                for (int i = 0; i < ELEMENTS; i++) {
                    input.setAtIndex(ValueLayout.JAVA_FLOAT, i, 1.0f / (1 + random.nextInt(1000)));
                }
            }
            byte[] first = new byte[0];
            for (int run = 0; run < 3; run++) {
                CollectiveHandle left =
                        group.get(0).allReduce(inputs.get(0), outputs.get(0), 300_001, type, ReduceOperation.AVERAGE);
                CollectiveHandle right =
                        group.get(1).allReduce(inputs.get(1), outputs.get(1), 300_001, type, ReduceOperation.AVERAGE);
                Group.await(List.of(left, right), random);
                assertEquals(-1, outputs.get(0).mismatch(outputs.get(1)));
                byte[] bits = outputs.get(0).toArray(ValueLayout.JAVA_BYTE);
                first = run == 0 ? bits : first;
                assertEquals(-1, MemorySegment.ofArray(first).mismatch(MemorySegment.ofArray(bits)));
            }
        }
    }

    /** The other rank cannot write to memory that is not shared: both send what they added up. */
    @Test
    void shouldSendResultsWhereOneOutputIsPrivate() {
        try (Arena arena = Arena.ofConfined();
                Group group = open(CONFIG)) {
            MemorySegment registered = arena.allocate(BYTES);
            group.get(0).register(registered);
            MemorySegment shared = group.get(1).allocate(BYTES);
            sum(group, allocate(group), List.of(registered, shared));
            sum(group, List.of(registered, shared), allocate(group));
            sum(group, List.of(registered, shared), List.of(registered, shared));
        }
    }

    @Test
    void shouldNameTheRankThatCallsAnotherLength() {
        try (Group group = open(CONFIG)) {
            List<MemorySegment> inputs = allocate(group);
            List<MemorySegment> outputs = allocate(group);
            CollectiveHandle left = start(group, 0, inputs.get(0), outputs.get(0));
            CollectiveException failure = assertThrows(
                    CollectiveException.class,
                    () -> group.get(1)
                            .allReduce(inputs.get(1), outputs.get(1), ELEMENTS - 2, DataType.I32, ReduceOperation.SUM)
                            .await());
            assertTrue(String.valueOf(failure.getMessage()).contains("count=" + ELEMENTS), failure::getMessage);
            assertThrows(CollectiveException.class, left::await);
        }
    }

    /** A rank that does not know of a failure yet, or was stopped, must not write to what may be in use for something else. */
    @Test
    void shouldNotWriteToAnOutputAfterItsCallerHeardOfAFailure() {
        try (Group group = open(CONFIG)) {
            List<MemorySegment> inputs = allocate(group);
            List<MemorySegment> outputs = allocate(group);
            fill(inputs.get(0), 1);
            fill(inputs.get(1), 2);
            CollectiveHandle left = start(group, 0, inputs.get(0), outputs.get(0));
            CollectiveHandle right = start(group, 1, inputs.get(1), outputs.get(1));
            // Rank 1 has written a third of its half, and goes on when rank 0 is through with the call.
            assertFalse(right.poll());
            assertThrows(
                    CollectiveException.class,
                    () -> group.get(0).send(MemorySegment.ofArray(new byte[8]), 8, DataType.I8, 1));
            assertThrows(CollectiveException.class, left::poll);
            fill(outputs.get(0), 7);
            CollectiveException failure = assertThrows(CollectiveException.class, right::await);
            assertEquals(0, failure.rank());
            check(outputs.get(0), 7);
        }
    }

    @Test
    void shouldNameARankThatDiedInTheMiddle() {
        try (Group group = open(CONFIG)) {
            List<MemorySegment> inputs = allocate(group);
            List<MemorySegment> outputs = allocate(group);
            start(group, 0, inputs.get(0), outputs.get(0));
            CollectiveHandle right = start(group, 1, inputs.get(1), outputs.get(1));
            assertFalse(right.poll());
            group.kill(0);
            CollectiveException failure = assertThrows(CollectiveException.class, right::await);
            assertEquals(0, failure.rank());
        }
    }
}
