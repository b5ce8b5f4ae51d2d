package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.testing.Allocations;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

/** No call allocates once it is warm, whatever carries it. */
final class SteadyStateTest {
    private static final int CALLS = 200;
    private static final int ELEMENTS = 5_000;

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
