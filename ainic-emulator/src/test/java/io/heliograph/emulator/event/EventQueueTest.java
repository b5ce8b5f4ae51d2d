package io.heliograph.emulator.event;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heliograph.testing.Allocations;
import io.heliograph.transport.SeededRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EventQueueTest {
    private static final int ACTORS = 300;
    private static final int STEPS = 200_000;

    /** The heap is exact by its construction; moments are near and far, equal, moved and taken away. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldTakeActorsInTheOrderOfAHeap(long seed) {
        SeededRandom random = new SeededRandom(seed);
        EventQueue queue = new EventQueue();
        IndexedHeap heap = new IndexedHeap(ACTORS);
        for (int i = 0; i < ACTORS; i++) {
            assertEquals(i, queue.add());
        }
        for (int step = 0; step < STEPS; step++) {
            int actor = random.nextInt(ACTORS);
            // Some moments are equal: multiples of a coarse step.
            long distance = random.nextLong() >>> (24 + random.nextInt(40));
            long atPs = queue.nowPs() + (step % 3 == 0 ? distance & ~0xFFFL : distance);
            queue.schedule(actor, atPs);
            heap.schedule(actor, atPs);
            if (random.nextInt(2) == 0) {
                long limitPs = queue.nowPs() + (random.nextLong() >>> (20 + random.nextInt(40)));
                int first = heap.takeFirst(limitPs);
                assertEquals(first, queue.takeFirst(limitPs));
                if (first == EventQueue.NONE) {
                    queue.advanceTo(Math.max(queue.nowPs(), Math.min(limitPs, queue.nowPs() + 100)));
                } else {
                    assertEquals(heap.momentPs(first), queue.nowPs());
                }
            }
        }
    }

    @Test
    void shouldTakeTheLowestNumberFirstWhenMomentsAreEqual() {
        EventQueue queue = new EventQueue();
        for (int i = 0; i < 1000; i++) {
            queue.add();
        }
        for (int i = 999; i >= 0; i--) {
            queue.schedule(i, 5_000_000_000L);
        }
        for (int i = 0; i < 1000; i++) {
            assertEquals(i, queue.takeFirst(EventQueue.NEVER));
        }
        assertEquals(EventQueue.NONE, queue.takeFirst(EventQueue.NEVER));
    }

    @Test
    void shouldForgetAMomentThatIsTakenAway() {
        EventQueue queue = new EventQueue();
        queue.add();
        queue.schedule(0, 7);
        queue.schedule(0, EventQueue.NEVER);
        assertEquals(EventQueue.NONE, queue.takeFirst(EventQueue.NEVER));
        assertEquals(EventQueue.NEVER, queue.momentPs(0));
    }

    @Test
    void shouldRefuseAMomentInThePast() {
        EventQueue queue = new EventQueue();
        queue.add();
        queue.advanceTo(10);
        assertThrows(IllegalArgumentException.class, () -> queue.schedule(0, 9));
    }

    @Test
    void shouldAllocateNothingOnceActorsAreKnown() {
        EventQueue queue = new EventQueue();
        for (int i = 0; i < ACTORS; i++) {
            queue.add();
            queue.schedule(i, i);
        }
        SeededRandom random = new SeededRandom(9);
        assertEquals(0, Allocations.inSteadyState(() -> {
            for (int i = 0; i < 10_000; i++) {
                int actor = queue.takeFirst(EventQueue.NEVER);
                queue.schedule(actor, queue.nowPs() + random.nextInt(2_000_000));
            }
        }));
    }
}
