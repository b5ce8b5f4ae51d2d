package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Several communicators over one endpoint. */
final class SplitTest {
    private static final CommunicatorConfig SMALL = CommunicatorConfig.DEFAULT
            .withSlots(256, 2, 64)
            .withDirectBytes(200)
            .withTimeoutNs(TimeUnit.SECONDS.toNanos(20));

    private static final CommunicatorConfig HASTY = SMALL.withTimeoutNs(TimeUnit.MILLISECONDS.toNanos(300));

    private static final int ELEMENTS = 700;

    private static MemorySegment filled(Communicator communicator, int value) {
        MemorySegment buffer = communicator.allocate(4L * ELEMENTS);
        for (int i = 0; i < ELEMENTS; i++) {
            buffer.setAtIndex(ValueLayout.JAVA_INT, i, value + i);
        }
        return buffer;
    }

    private static CollectiveHandle sum(Communicator communicator, MemorySegment buffer) {
        return communicator.allReduce(buffer, buffer, ELEMENTS, DataType.I32, ReduceOperation.SUM);
    }

    private static int last(MemorySegment buffer) {
        return buffer.getAtIndex(ValueLayout.JAVA_INT, ELEMENTS - 1);
    }

    /** All ranks split at the same time. */
    private static List<Optional<Communicator>> split(List<? extends Communicator> ranks, int[] colors, int[] keys) {
        List<Optional<Communicator>> parts = new ArrayList<>();
        ranks.forEach(rank -> parts.add(Optional.empty()));
        Group.onThreads(ranks.size(), rank -> parts.set(rank, ranks.get(rank).split(colors[rank], keys[rank])));
        return parts;
    }

    private static List<Communicator> all(Group group) {
        List<Communicator> all = new ArrayList<>();
        for (int rank = 0; rank < group.size(); rank++) {
            all.add(group.get(rank));
        }
        return all;
    }

    private static void closeAll(List<Communicator> communicators) {
        Group.onThreads(communicators.size(), rank -> communicators.get(rank).close());
    }

    @ParameterizedTest
    @EnumSource
    void shouldMakeACommunicatorOfEachColorInTheOrderOfKeys(Carrier carrier) {
        SeededRandom random = new SeededRandom(1);
        try (Group group = carrier.open(5, SMALL)) {
            int[] colors = {1, 0, 1, Communicator.NO_COLOR, 1};
            List<Optional<Communicator>> parts = split(all(group), colors, new int[] {5, 0, -1, 0, 5});
            assertTrue(parts.get(3).isEmpty());
            assertEquals(1, parts.get(1).orElseThrow().size());
            int[] newRanks = {1, 0, 0, -1, 2};
            List<CollectiveHandle> handles = new ArrayList<>();
            List<MemorySegment> buffers = new ArrayList<>();
            List<Communicator> open = new ArrayList<>();
            for (int rank = 0; rank < 5; rank++) {
                if (rank != 3) {
                    Communicator part = parts.get(rank).orElseThrow();
                    assertEquals(newRanks[rank], part.rank());
                    // Memory of the one serves the other.
                    MemorySegment buffer = filled(group.get(rank), 100 * rank);
                    buffers.add(buffer);
                    handles.add(sum(part, buffer));
                    open.add(part);
                }
            }
            Group.await(handles, random);
            int alone = ELEMENTS - 1;
            assertEquals(600 + 3 * alone, last(buffers.get(0)));
            assertEquals(100 + alone, last(buffers.get(1)));
            assertEquals(600 + 3 * alone, last(buffers.get(2)));
            assertEquals(600 + 3 * alone, last(buffers.get(3)));
            closeAll(open);
        }
    }

    /** Rows, columns and all, called by each rank in its own order, and awaited in any. */
    @ParameterizedTest
    @EnumSource
    void shouldGoOnWithAllCommunicatorsAtTheSameTime(Carrier carrier) {
        SeededRandom random = new SeededRandom(2);
        try (Group group = carrier.open(4, SMALL)) {
            List<Communicator> all = all(group);
            List<Communicator> rows = new ArrayList<>();
            List<Communicator> columns = new ArrayList<>();
            split(all, new int[] {0, 0, 1, 1}, new int[4]).forEach(part -> rows.add(part.orElseThrow()));
            split(all, new int[] {0, 1, 0, 1}, new int[4]).forEach(part -> columns.add(part.orElseThrow()));
            int rounds = 5;
            List<CollectiveHandle> handles = new ArrayList<>();
            List<List<MemorySegment>> buffers = new ArrayList<>();
            for (int rank = 0; rank < 4; rank++) {
                List<Communicator> three = List.of(all.get(rank), rows.get(rank), columns.get(rank));
                List<MemorySegment> mine = new ArrayList<>();
                three.forEach(one -> mine.add(filled(one, 0)));
                buffers.add(mine);
                int[] left = {rounds, rounds, rounds};
                while (left[0] + left[1] + left[2] > 0) {
                    int next = random.nextInt(3);
                    if (left[next]-- > 0) {
                        handles.add(sum(three.get(next), mine.get(next)));
                    } else {
                        left[next] = 0;
                    }
                }
            }
            Group.await(handles, random);
            int one = ELEMENTS - 1;
            for (List<MemorySegment> mine : buffers) {
                assertEquals(one << 2 * rounds, last(mine.get(0)));
                assertEquals(one << rounds, last(mine.get(1)));
                assertEquals(one << rounds, last(mine.get(2)));
            }
            closeAll(rows);
            closeAll(columns);
        }
    }

    /** Each rank blocks in another communicator first; without progress in both none would ever return. */
    @ParameterizedTest
    @EnumSource
    void shouldGoOnInTheOtherWhileOneIsAwaited(Carrier carrier) {
        try (Group group = carrier.open(2, SMALL)) {
            Group.onThreads(2, rank -> {
                Communicator first = group.get(rank);
                Communicator second = first.split(0, 0).orElseThrow();
                MemorySegment one = filled(first, 1);
                MemorySegment other = filled(second, 2);
                CollectiveHandle inFirst = sum(first, one);
                CollectiveHandle inSecond = sum(second, other);
                (rank == 0 ? inFirst : inSecond).await();
                if (rank == 0) {
                    inSecond.await();
                } else {
                    inFirst.await();
                }
                assertEquals(2 * ELEMENTS, last(one));
                assertEquals(2 * (ELEMENTS + 1), last(other));
                // Splits of what was split.
                try (Communicator third = second.split(0, -rank).orElseThrow()) {
                    assertEquals(1 - rank, third.rank());
                    sum(third, one).await();
                    assertEquals(4 * ELEMENTS, last(one));
                }
                second.close();
            });
        }
    }

    /** All of them together would need more than there is memory. */
    @Test
    void shouldTakeAllBackOnClose() {
        CommunicatorConfig config = SMALL.withSlots(64 << 10, 64, 64);
        try (Group group = Carrier.SHARED_MEMORY.open(2, config)) {
            Group.onThreads(2, rank -> {
                for (int i = 0; i < 12; i++) {
                    try (Communicator part = group.get(rank).split(0, 0).orElseThrow()) {
                        MemorySegment buffer = part.allocate(4);
                        buffer.set(ValueLayout.JAVA_INT, 0, i);
                        part.allReduce(buffer, buffer, 1, DataType.I32, ReduceOperation.SUM)
                                .await();
                        assertEquals(2 * i, buffer.get(ValueLayout.JAVA_INT, 0));
                    }
                }
            });
        }
    }

    @Test
    void shouldKeepMemoryOfAClosedCommunicatorForWhatIsUnderWay() {
        SeededRandom random = new SeededRandom(4);
        try (Group group = Carrier.SHARED_MEMORY.open(2, SMALL)) {
            List<Communicator> parts = new ArrayList<>();
            split(all(group), new int[2], new int[2]).forEach(part -> parts.add(part.orElseThrow()));
            MemorySegment buffer = filled(parts.get(0), 7);
            MemorySegment outside = filled(group.get(1), 8);
            CollectiveHandle left = sum(group.get(0), buffer);
            closeAll(parts);
            Group.await(List.of(left, sum(group.get(1), outside)), random);
            assertEquals(15 + 2 * (ELEMENTS - 1), last(outside));
            CollectiveException refusal = assertThrows(CollectiveException.class, () -> sum(group.get(0), buffer));
            assertTrue(String.valueOf(refusal.getMessage()).contains("not registered"), refusal::toString);
        }
    }

    @Test
    void shouldFailEverywhereWhenAColorIsNone() {
        try (Group group = Carrier.SHARED_MEMORY.open(3, SMALL)) {
            Group.onThreads(3, rank -> {
                CollectiveException failure = assertThrows(
                        CollectiveException.class, () -> group.get(rank).split(rank == 1 ? -7 : 0, 0));
                assertEquals(1, failure.rank(), failure::toString);
                assertTrue(String.valueOf(failure.getMessage()).contains("color=-7"), failure::toString);
            });
        }
    }

    private static byte[] contexts(int last, int... taken) {
        byte[] card = new byte[Progress.CONTEXTS_BYTES];
        ByteBuffer.wrap(card).putInt(last);
        for (int context : taken) {
            card[Integer.BYTES + context / 8] |= (byte) (1 << context % 8);
        }
        return card;
    }

    @Test
    void shouldTakeTheNextContextThatIsFreeEverywhere() {
        assertEquals(6, Progress.agree(List.of(contexts(3, 3, 4), contexts(1, 1, 5))));
        int greatest = Immediate.CONTEXTS - 1;
        assertEquals(1, Progress.agree(List.of(contexts(greatest, greatest), contexts(7, 0, 7))));
        byte[] full = contexts(9);
        Arrays.fill(full, Integer.BYTES, full.length, (byte) -1);
        assertThrows(CollectiveException.class, () -> Progress.agree(List.of(contexts(0), full)));
    }

    @Test
    void shouldNotBePartOfAGroup() {
        try (Group group = Carrier.SHARED_MEMORY.open(1, SMALL)) {
            group.get(0).groupStart();
            assertThrows(IllegalStateException.class, () -> group.get(0).split(0, 0));
            assertTrue(group.get(0).groupEnd().poll());
        }
    }

    /** Not over packets without an agent: whoever is in no call there is gone before long, to all communicators. */
    @ParameterizedTest
    @EnumSource(names = {"SHARED_MEMORY", "LOSSY_PACKETS"})
    void shouldFailOnlyTheCommunicatorInWhichARankDoesNotCome(Carrier carrier) {
        try (Group group = carrier.open(3, HASTY)) {
            List<Communicator> parts = new ArrayList<>();
            split(all(group), new int[3], new int[] {2, 1, 0}).forEach(part -> parts.add(part.orElseThrow()));
            Group.onThreads(3, rank -> {
                Communicator part = parts.get(rank);
                if (rank != 2) {
                    CollectiveException failure = assertThrows(
                            CollectiveException.class, () -> part.barrier().await());
                    assertEquals(0, failure.rank(), failure::toString);
                }
            });
            List<CollectiveHandle> handles = new ArrayList<>();
            List<MemorySegment> buffers = new ArrayList<>();
            for (int rank = 0; rank < 3; rank++) {
                buffers.add(filled(group.get(rank), rank));
                handles.add(sum(group.get(rank), buffers.getLast()));
            }
            Group.await(handles, new SeededRandom(6));
            assertEquals(3 + 3 * (ELEMENTS - 1), last(buffers.getFirst()));
            closeAll(parts);
            assertFalse(handles.isEmpty());
        }
    }
}
