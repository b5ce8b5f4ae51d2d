package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Calls of a group go on together, whatever their order is. */
final class GroupedCallsTest {
    private static final CommunicatorConfig SMALL = CommunicatorConfig.DEFAULT
            .withSlots(256, 2, 64)
            .withDirectBytes(200)
            .withTimeoutNs(TimeUnit.SECONDS.toNanos(20));

    private static final CommunicatorConfig HASTY = SMALL.withTimeoutNs(TimeUnit.MILLISECONDS.toNanos(300));

    /** More than the slots of {@link #SMALL} hold, so that a send ends only when the other receives. */
    private static final int LONG = 3_000;

    private static byte mark(int from, int to) {
        return (byte) (10 * from + to + 1);
    }

    /** Calls all sends before all receives; itself among them, if {@code alsoItself}. */
    private static List<CollectiveHandle> sendToAllThenReceive(
            EndpointCommunicator communicator, MemorySegment input, MemorySegment output, boolean alsoItself) {
        List<CollectiveHandle> handles = new ArrayList<>();
        for (int to = 0; to < communicator.size(); to++) {
            MemorySegment part = input.asSlice((long) to * LONG, LONG);
            part.fill(mark(communicator.rank(), to));
            if (to != communicator.rank() || alsoItself) {
                handles.add(communicator.send(part, LONG, DataType.I8, to));
            }
        }
        for (int from = 0; from < communicator.size(); from++) {
            if (from != communicator.rank() || alsoItself) {
                MemorySegment part = output.asSlice((long) from * LONG, LONG);
                handles.add(communicator.receive(part, LONG, DataType.I8, from));
            }
        }
        return handles;
    }

    @ParameterizedTest
    @EnumSource
    void shouldLetEveryRankSendToAllBeforeItReceives(Carrier carrier) {
        int ranks = 3;
        try (Group group = carrier.open(ranks, SMALL)) {
            Group.onThreads(ranks, rank -> {
                EndpointCommunicator communicator = group.get(rank);
                MemorySegment input = communicator.allocate((long) ranks * LONG);
                MemorySegment output = communicator.allocate((long) ranks * LONG);
                communicator.groupStart();
                sendToAllThenReceive(communicator, input, output, true);
                communicator.groupEnd().await();
                for (int from = 0; from < ranks; from++) {
                    assertEquals(mark(from, rank), output.get(ValueLayout.JAVA_BYTE, (long) from * LONG));
                    assertEquals(mark(from, rank), output.get(ValueLayout.JAVA_BYTE, (from + 1L) * LONG - 1));
                }
            });
        }
    }

    /** What the group is for: the same calls in the same order without it. */
    @Test
    void shouldFailInsteadOfHangingWhenEveryRankSendsFirstWithoutAGroup() {
        int ranks = 3;
        try (Group group = Carrier.SHARED_MEMORY.open(ranks, HASTY)) {
            Group.onThreads(ranks, rank -> {
                EndpointCommunicator communicator = group.get(rank);
                MemorySegment input = communicator.allocate((long) ranks * LONG);
                MemorySegment output = communicator.allocate((long) ranks * LONG);
                List<CollectiveHandle> handles = sendToAllThenReceive(communicator, input, output, false);
                CollectiveException failure = assertThrows(
                        CollectiveException.class, () -> handles.getLast().await());
                assertTrue(String.valueOf(failure.getMessage()).contains("wait for each other"), failure::toString);
            });
        }
    }

    /** One message of a random exchange. */
    private record Message(int from, int to, int elements, MemorySegment input, MemorySegment output) {}

    /** Any messages between any ranks, called in any order that keeps the order of each pair, by any of the three calls, with collectives between them. */
    @ParameterizedTest
    @EnumSource
    void shouldCarryOutWhateverIsInAGroup(Carrier carrier) {
        int ranks = 4;
        for (int seed = 0; seed < 6; seed++) {
            SeededRandom random = new SeededRandom(seed);
            try (Group group = carrier.open(ranks, SMALL)) {
                for (int i = 0; i < 3; i++) {
                    runOneGroup(group, random, "seed=" + seed);
                }
            }
        }
    }

    private static void runOneGroup(Group group, SeededRandom random, String label) {
        int ranks = group.size();
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            int from = random.nextInt(ranks);
            int to = random.nextInt(ranks);
            int elements = random.nextInt(4) == 0 ? random.nextInt(1000) : random.nextInt(20);
            MemorySegment input = group.get(from).allocate(4L * elements + 4);
            MemorySegment output = group.get(to).allocate(4L * elements + 4);
            for (int j = 0; j < elements; j++) {
                input.setAtIndex(ValueLayout.JAVA_INT, j, 1000 * i + j);
            }
            messages.add(new Message(from, to, elements, input, output));
        }
        List<CollectiveHandle> handles = new ArrayList<>();
        List<MemorySegment> sums = new ArrayList<>();
        for (int rank = 0; rank < ranks; rank++) {
            EndpointCommunicator communicator = group.get(rank);
            MemorySegment sum = communicator.allocate(4L * 700);
            sum.setAtIndex(ValueLayout.JAVA_INT, 699, rank + 1);
            sums.add(sum);
            List<Message> sends = new ArrayList<>();
            List<Message> receives = new ArrayList<>();
            for (Message message : messages) {
                if (message.from() == rank) {
                    sends.add(message);
                }
                if (message.to() == rank) {
                    receives.add(message);
                }
            }
            communicator.groupStart();
            int collectives = 2;
            while (sends.size() + receives.size() + collectives > 0) {
                switch (random.nextInt(4)) {
                    case 0 -> {
                        if (!sends.isEmpty()) {
                            Message next = sends.removeFirst();
                            handles.add(communicator.send(next.input(), next.elements(), DataType.I32, next.to()));
                        }
                    }
                    case 1 -> {
                        if (!receives.isEmpty()) {
                            Message next = receives.removeFirst();
                            handles.add(
                                    communicator.receive(next.output(), next.elements(), DataType.I32, next.from()));
                        }
                    }
                    case 2 -> {
                        if (!sends.isEmpty() && !receives.isEmpty()) {
                            Message send = sends.removeFirst();
                            Message receive = receives.removeFirst();
                            handles.add(communicator.sendReceive(
                                    send.input(),
                                    send.elements(),
                                    send.to(),
                                    receive.output(),
                                    receive.elements(),
                                    receive.from(),
                                    DataType.I32));
                        }
                    }
                    default -> {
                        if (collectives > 0) {
                            collectives--;
                            handles.add(communicator.allReduce(sum, sum, 700, DataType.I32, ReduceOperation.SUM));
                        }
                    }
                }
            }
            handles.add(communicator.groupEnd());
        }
        Group.await(handles, random);
        for (Message message : messages) {
            long bytes = 4L * message.elements();
            assertEquals(
                    -1,
                    message.input().asSlice(0, bytes).mismatch(message.output().asSlice(0, bytes)),
                    label);
        }
        for (MemorySegment sum : sums) {
            // 1 + 2 + 3 + 4 on every rank, then the sum of four of those.
            assertEquals(40, sum.getAtIndex(ValueLayout.JAVA_INT, 699), label);
        }
    }

    @Test
    void shouldBeginWithTheOutermostGroupAlone() {
        SeededRandom random = new SeededRandom(3);
        try (Group group = Carrier.SHARED_MEMORY.open(2, SMALL)) {
            EndpointCommunicator left = group.get(0);
            EndpointCommunicator right = group.get(1);
            left.groupStart();
            left.groupStart();
            CollectiveHandle barrier = left.barrier();
            CollectiveHandle inner = left.groupEnd();
            CollectiveHandle other = right.barrier();
            for (int i = 0; i < 1_000; i++) {
                assertFalse(barrier.poll() || inner.poll() || other.poll(), "the outer group has not ended");
            }
            assertThrows(IllegalStateException.class, barrier::await);
            assertThrows(IllegalStateException.class, inner::await);
            Group.await(List.of(left.groupEnd(), inner, barrier, other), random);
            assertThrows(IllegalStateException.class, left::groupEnd);
            left.groupStart();
            assertTrue(left.groupEnd().poll(), "of nothing");
        }
    }

    @Test
    void shouldRefuseToSendToItselfWithoutReceiving() {
        try (Group group = Carrier.SHARED_MEMORY.open(2, SMALL)) {
            EndpointCommunicator wrong = group.get(0);
            CollectiveHandle waiting = group.get(1).barrier();
            wrong.groupStart();
            wrong.send(wrong.allocate(8), 8, DataType.I8, 0);
            CollectiveException refusal = assertThrows(CollectiveException.class, wrong::groupEnd);
            assertEquals(0, refusal.rank());
            CollectiveException heard = assertThrows(CollectiveException.class, waiting::await);
            assertTrue(String.valueOf(heard.getMessage()).contains("itself"), heard::toString);
        }
    }

    @Test
    void shouldNameARankWithoutItsPartOfTheGroup() {
        int ranks = 3;
        try (Group group = Carrier.PACKETS.open(ranks, HASTY)) {
            Group.onThreads(ranks, rank -> {
                EndpointCommunicator communicator = group.get(rank);
                MemorySegment input = communicator.allocate((long) ranks * LONG);
                MemorySegment output = communicator.allocate((long) ranks * LONG);
                if (rank == 1) {
                    return;
                }
                communicator.groupStart();
                sendToAllThenReceive(communicator, input, output, true);
                CollectiveHandle handle = communicator.groupEnd();
                CollectiveException failure = assertThrows(CollectiveException.class, handle::await);
                assertEquals(1, failure.rank(), failure::toString);
            });
        }
    }
}
