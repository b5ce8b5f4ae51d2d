package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.CollectiveException;
import io.heliograph.collectives.Communicator;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Communicators of those who are left; ranks in this process, the lost ones without a word. */
final class RebuildTest {
    private static final CommunicatorConfig SMALL = CommunicatorConfig.DEFAULT
            .withSlots(256, 2, 64)
            .withDirectBytes(200)
            .withTimeoutNs(TimeUnit.SECONDS.toNanos(20));

    private static final CommunicatorConfig HASTY = SMALL.withTimeoutNs(TimeUnit.SECONDS.toNanos(2));
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(25);

    private static final int ELEMENTS = 700;
    private static final int SEEDS = 5;

    private static MemorySegment filled(Communicator communicator) {
        MemorySegment buffer = communicator.allocate(4L * ELEMENTS);
        for (int i = 0; i < ELEMENTS; i++) {
            buffer.setAtIndex(ValueLayout.JAVA_INT, i, i);
        }
        return buffer;
    }

    private static int sum(Communicator communicator, MemorySegment buffer) {
        communicator
                .allReduce(buffer, buffer, ELEMENTS, DataType.I32, ReduceOperation.SUM)
                .await();
        return buffer.getAtIndex(ValueLayout.JAVA_INT, ELEMENTS - 1);
    }

    private static void assertGoesOnWithout(Group group, Set<Integer> lost) {
        int left = group.size() - lost.size();
        Group.onThreads(group.size(), rank -> {
            if (lost.contains(rank)) {
                return;
            }
            EndpointCommunicator old = group.get(rank);
            MemorySegment buffer = filled(old);
            CollectiveException failure = assertThrows(CollectiveException.class, () -> sum(old, buffer));
            assertTrue(lost.contains(failure.rank()), failure::toString);
            MemorySegment kept = filled(old);
            try (Communicator rebuilt = old.rebuild()) {
                assertEquals(left, rebuilt.size());
                int before = (int) lost.stream().filter(other -> other < rank).count();
                assertEquals(rank - before, rebuilt.rank());
                // The old stays as it is, and its memory serves the new.
                CollectiveException still = assertThrows(CollectiveException.class, old::barrier);
                assertEquals(failure.rank(), still.rank());
                old.close();
                assertEquals(left * (ELEMENTS - 1), sum(rebuilt, kept));
                assertThrows(IllegalStateException.class, old::rebuild);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void shouldGoOnWithoutARankThatIsGone(Carrier carrier) {
        try (Group group = carrier.open(3, SMALL)) {
            group.kill(1);
            assertGoesOnWithout(group, Set.of(1));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldGoOnWithoutTwo(Carrier carrier) {
        try (Group group = carrier.open(5, SMALL)) {
            group.kill(0);
            group.kill(3);
            assertGoesOnWithout(group, Set.of(0, 3));
        }
    }

    @Test
    void shouldLeaveOneAlone() {
        try (Group group = Carrier.SHARED_MEMORY.open(2, SMALL)) {
            group.kill(0);
            assertGoesOnWithout(group, Set.of(0));
        }
    }

    @ParameterizedTest
    @EnumSource
    void shouldKeepAllWhenNoneIsLost(Carrier carrier) {
        try (Group group = carrier.open(3, SMALL)) {
            Group.onThreads(3, rank -> {
                EndpointCommunicator old = group.get(rank);
                MemorySegment buffer = filled(old);
                DataType type = rank == 1 ? DataType.F32 : DataType.I32;
                assertThrows(
                        CollectiveException.class,
                        () -> old.allReduce(buffer, buffer, ELEMENTS, type, ReduceOperation.SUM)
                                .await());
                MemorySegment kept = filled(old);
                try (Communicator rebuilt = old.rebuild();
                        Communicator again = rebuilt.rebuild()) {
                    // The second time, nothing had failed: it fails by that.
                    assertThrows(CollectiveException.class, rebuilt::barrier);
                    assertEquals(rank, again.rank());
                    assertEquals(3 * (ELEMENTS - 1), sum(again, kept));
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"SHARED_MEMORY", "LOSSY_PACKETS"})
    void shouldLeaveOutARankThatComesTooLateAndTellIt(Carrier carrier) {
        try (Group group = carrier.open(3, HASTY)) {
            long beganNs = SystemClock.INSTANCE.nowNs();
            Group.onThreads(3, rank -> {
                if (rank != 2) {
                    try (Communicator rebuilt = group.get(rank).rebuild()) {
                        assertEquals(2, rebuilt.size());
                        assertEquals(2 * (ELEMENTS - 1), sum(rebuilt, filled(rebuilt)));
                    }
                }
            });
            long tookNs = SystemClock.INSTANCE.nowNs() - beganNs;
            assertTrue(tookNs >= HASTY.timeoutNs(), "a rank that may still come was given up at once");
            CollectiveException late =
                    assertThrows(CollectiveException.class, () -> group.get(2).rebuild());
            assertEquals(2, late.rank());
            assertTrue(String.valueOf(late.getMessage()).contains("left out"), late::toString);
        }
    }

    @Test
    void shouldNotWaitForARankThatClosedTheFailedCommunicator() {
        try (Group group = Carrier.SHARED_MEMORY.open(3, SMALL)) {
            long beganNs = SystemClock.INSTANCE.nowNs();
            Group.onThreads(3, rank -> {
                EndpointCommunicator old = group.get(rank);
                MemorySegment heap = MemorySegment.ofArray(new int[1]);
                if (rank == 0) {
                    assertThrows(CollectiveException.class, () -> old.broadcast(heap, heap, 1, DataType.I32, 0));
                    old.close();
                } else {
                    try (Communicator rebuilt = old.rebuild()) {
                        assertEquals(2, rebuilt.size());
                        rebuilt.barrier().await();
                    }
                }
            });
            assertTrue(SystemClock.INSTANCE.nowNs() - beganNs < SMALL.timeoutNs());
        }
    }

    /** Rank 3 is lost, then rank 2 at any moment of the rebuilding: those who are left agree, or hear who went. */
    @Test
    void shouldAgreeWheneverAnotherIsLostMeanwhile() {
        int without = 0;
        int with = 0;
        for (int seed = 0; seed < SEEDS; seed++) {
            SeededRandom random = new SeededRandom(seed);
            try (Group group = Carrier.SHARED_MEMORY.open(4, SMALL)) {
                group.kill(3);
                int left = endOf(group, 2, true, seed, random);
                without += left == 2 ? 1 : 0;
                with += left == 3 ? 1 : 0;
            }
        }
        assertEquals(SEEDS, without + with);
        assertTrue(without > 0, "rank 2 was never left out");
    }

    /** The same, where it is there for the kernel, but goes no further. */
    @ParameterizedTest
    @ValueSource(ints = {0, 3})
    void shouldNotHangWhenAnotherHangsMeanwhile(int polls) {
        try (Group group = Carrier.SHARED_MEMORY.open(4, HASTY)) {
            group.kill(3);
            int left = endOf(group, 2, false, polls, new SeededRandom(polls));
            assertTrue(left == 2 || left == 3, "left=" + left);
        }
    }

    /**
     * Ranks 0 and 1 rebuild to the end, {@code loser} for so many turns; then they use what they have.
     *
     * @return how many ranks there were for both of them
     */
    private static int endOf(Group group, int loser, boolean kills, int turns, SeededRandom random) {
        List<Rebuilding> all = new ArrayList<>();
        for (int rank = 0; rank < 3; rank++) {
            all.add(group.get(rank).startRebuild());
        }
        long deadlineNs = SystemClock.INSTANCE.nowNs() + PATIENCE_NS;
        Set<Integer> over = new HashSet<>();
        int turned = 0;
        boolean loserIsThere = true;
        while (over.size() < 2) {
            int rank = random.nextInt(3);
            if (turned == turns && loserIsThere) {
                loserIsThere = false;
                if (kills) {
                    group.kill(loser);
                }
            }
            if (rank == loser && loserIsThere) {
                boolean isOver = all.get(rank).poll();
                // Before it has noticed that rank 3 is lost, nothing happens.
                turned += all.get(rank).members().size() < group.size() ? 1 : 0;
                if (isOver) {
                    turned = turns;
                }
            } else if (rank != loser && !over.contains(rank) && all.get(rank).poll()) {
                over.add(rank);
            }
            assertTrue(SystemClock.INSTANCE.nowNs() - deadlineNs < 0, "hangs");
        }
        assertEquals(all.get(0).members(), all.get(1).members());
        int left = all.get(0).members().size();
        if (loserIsThere && kills) {
            group.kill(loser);
        }
        Group.onThreads(2, rank -> {
            try (EndpointCommunicator rebuilt = group.get(rank).finishRebuild(all.get(rank))) {
                if (left == 2) {
                    rebuilt.barrier().await();
                } else {
                    CollectiveException failure = assertThrows(
                            CollectiveException.class, () -> rebuilt.barrier().await());
                    assertEquals(loser, failure.rank(), failure::toString);
                }
            }
        });
        return left;
    }
}
