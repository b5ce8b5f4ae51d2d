package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.CollectiveHandle;
import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.collectives.DataType;
import io.heliograph.collectives.ReduceOperation;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Words that say that a chunk is there, and chunks that come with one. */
final class LetterTest {
    private static final int SLOTS = 8;

    @ParameterizedTest
    @ValueSource(longs = {0, 1, 7, (1L << 29) - 1, 1L << 29, (1L << 32) - 1, 1L << 32, Long.MAX_VALUE - SLOTS})
    void shouldTellALetterFromWhatWasInItsSlotBefore(long number) {
        try (Arena arena = Arena.ofConfined()) {
            long slot = arena.allocate(Header.BYTES, Header.BYTES).address();
            Letter.clear(slot);
            assertFalse(Letter.isThereAcquire(slot, number), "a new slot");
            for (boolean lent : new boolean[] {false, true}) {
                for (boolean offer : new boolean[] {false, true}) {
                    Letter.send(slot, number, lent, offer, 99, number + 3);
                    assertTrue(Letter.isThereAcquire(slot, number));
                    assertFalse(Letter.isThereAcquire(slot, number + SLOTS), "the next one in this slot");
                    assertEquals(lent, Letter.isLent(slot));
                    assertEquals(offer, Letter.isOffer(slot));
                    assertEquals(99, Letter.lengthBytes(slot));
                    assertEquals((int) (number + 3), Letter.taken(slot));
                }
            }
        }
    }

    @Test
    void shouldCountWhatWasTakenBeyond32Bits() {
        Departures departures = new Departures(2, SLOTS);
        assertFalse(departures.onTaken(1, 1), "more than was sent");
        for (int i = 0; i < SLOTS; i++) {
            assertTrue(departures.canSend(1));
            departures.next(1);
        }
        assertFalse(departures.canSend(1));
        assertFalse(departures.onTaken(1, 0), "nothing new");
        assertTrue(departures.onTaken(1, 3));
        assertFalse(departures.onTaken(1, 2), "old");
        assertTrue(departures.canSend(1));
    }

    /** Many more than there are slots, of two communicators in turns, one rank always ahead of the other by as much as it can. */
    @Test
    void shouldKeepLettersOfCommunicatorsApart() {
        SeededRandom random = new SeededRandom(3);
        try (Group group = Group.overSharedMemory(2, CommunicatorConfig.DEFAULT)) {
            EndpointCommunicator[] second = new EndpointCommunicator[2];
            Group.onThreads(
                    2,
                    rank -> second[rank] = (EndpointCommunicator)
                            group.get(rank).split(0, rank).orElseThrow());
            EndpointCommunicator[][] both = {{group.get(0), group.get(1)}, second};
            MemorySegment[] words = {group.get(0).allocate(64), group.get(1).allocate(64)};
            MemorySegment[] sums = {group.get(0).allocate(64), group.get(1).allocate(64)};
            for (int i = 0; i < 20 * SLOTS; i++) {
                CollectiveHandle[] handles = new CollectiveHandle[4];
                for (int k = 0; k < 4; k++) {
                    int rank = k / 2;
                    words[rank].setAtIndex(ValueLayout.JAVA_LONG, k % 2, i * (1L + rank) + 1000L * (k % 2));
                    handles[k] = both[k % 2][rank].allReduce(
                            words[rank].asSlice(8L * (k % 2), 8),
                            sums[rank].asSlice(8L * (k % 2), 8),
                            1,
                            DataType.I64,
                            ReduceOperation.SUM);
                }
                Group.await(List.of(handles), random);
                for (int k = 0; k < 4; k++) {
                    assertEquals(3L * i + 2000L * (k % 2), sums[k / 2].getAtIndex(ValueLayout.JAVA_LONG, k % 2));
                }
            }
            Group.onThreads(2, rank -> second[rank].close());
        }
    }

    /** A broadcast's root hears nothing but how many were taken. */
    @Test
    void shouldGiveSlotsBackWhereLettersGoOneWay() {
        SeededRandom random = new SeededRandom(4);
        try (Group group = Group.overSharedMemory(2, CommunicatorConfig.DEFAULT)) {
            MemorySegment from = group.get(0).allocate(8);
            MemorySegment to = group.get(1).allocate(8);
            for (int i = 0; i < 20 * SLOTS; i++) {
                from.set(ValueLayout.JAVA_LONG, 0, i);
                Group.await(
                        List.of(
                                group.get(0).broadcast(from, from, 1, DataType.I64, 0),
                                group.get(1).broadcast(to, to, 1, DataType.I64, 0)),
                        random);
                assertEquals(i, to.get(ValueLayout.JAVA_LONG, 0));
            }
        }
    }
}
