package io.heliograph.transport.queue;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.Completion;
import java.lang.foreign.Arena;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class RingsTest {
    private final Arena arena = Arena.ofShared();

    @AfterEach
    void closeArena() {
        arena.close();
    }

    private static boolean offer(SubmissionRing ring, int i) {
        long wide = i * 0x1_0000_0001L;
        return ring.offer(
                (i & 1) == 1, (i & 2) == 2, i & 0xffff, i, wide + 1, i + 2, wide + 3, wide + 4, i + 5, i + 6, wide + 7);
    }

    private static void assertEntry(long entry, int i) {
        long wide = i * 0x1_0000_0001L;
        assertEquals((i & 1) == 1, SubmissionRing.withImmediate(entry));
        assertEquals((i & 2) == 2, SubmissionRing.fenced(entry));
        assertEquals(i & 0xffff, SubmissionRing.queue(entry));
        assertEquals(i, SubmissionRing.peer(entry));
        assertEquals(wide + 1, SubmissionRing.localAddress(entry));
        assertEquals(i + 2, SubmissionRing.localKey(entry));
        assertEquals(wide + 3, SubmissionRing.lengthBytes(entry));
        assertEquals(wide + 4, SubmissionRing.remoteAddress(entry));
        assertEquals(i + 5, SubmissionRing.remoteKey(entry));
        assertEquals(i + 6, SubmissionRing.immediate(entry));
        assertEquals(wide + 7, SubmissionRing.cookie(entry));
    }

    @Test
    void shouldCarryEveryFieldOfRequestInOrder() {
        SubmissionRing ring = new SubmissionRing(arena, 8);
        for (int round = 0; round < 5; round++) {
            for (int i = 0; i < 8; i++) {
                assertTrue(offer(ring, round * 8 + i));
            }
            assertFalse(offer(ring, 99), "full");
            for (int i = 0; i < 8; i++) {
                assertEntry(ring.peek(), round * 8 + i);
                ring.advance();
            }
            assertEquals(0, ring.peek(), "empty");
        }
    }

    @Test
    @Timeout(60)
    void shouldCarryRequestsBetweenThreads() throws InterruptedException {
        SubmissionRing ring = new SubmissionRing(arena, 64);
        int total = 300_000;
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < total; i++) {
                while (!offer(ring, i)) {
                    Thread.onSpinWait();
                }
            }
        });
        for (int i = 0; i < total; i++) {
            long entry = ring.peek();
            while (entry == 0) {
                Thread.onSpinWait();
                entry = ring.peek();
            }
            assertEntry(entry, i);
            ring.advance();
        }
        writer.join();
    }

    private static void put(CompletionRing ring, int i) {
        ring.put(i % 3 + 1, i & 7, i, i & 0xffff, i * 3L, i + 1, i * 5L);
    }

    private static void assertCompletion(Completion c, int i) {
        assertEquals(i % 3 + 1, c.kind());
        assertEquals(i & 7, c.status());
        assertEquals(i, c.peer());
        assertEquals(i & 0xffff, c.queue());
        assertEquals(i * 3L, c.cookie());
        assertEquals(i + 1, c.immediate());
        assertEquals(i * 5L, c.lengthBytes());
    }

    @Test
    void shouldCarryEveryFieldOfCompletionAndCountTheUnread() {
        for (int capacity = 1; capacity <= 8; capacity *= 2) {
            CompletionRing ring = new CompletionRing(arena, capacity);
            int[] next = {0};
            for (int i = 0; i < 5 * capacity; i++) {
                put(ring, i);
                assertEquals(1 + i % capacity, ring.unread());
                if (ring.unread() == ring.capacity()) {
                    assertEquals(capacity, ring.poll(c -> assertCompletion(c, next[0]++), 100));
                    assertEquals(0, ring.unread());
                }
            }
            assertEquals(0, ring.poll(c -> assertCompletion(c, -1), 100));
        }
    }

    @Test
    @Timeout(60)
    void shouldCarryCompletionsBetweenThreads() throws InterruptedException {
        CompletionRing ring = new CompletionRing(arena, 64);
        int total = 300_000;
        Thread writer = Thread.ofPlatform().start(() -> {
            for (int i = 0; i < total; i++) {
                while (ring.unread() == ring.capacity()) {
                    Thread.onSpinWait();
                }
                put(ring, i);
            }
        });
        int[] next = {0};
        while (next[0] < total) {
            if (ring.poll(c -> assertCompletion(c, next[0]++), 16) == 0) {
                Thread.onSpinWait();
            }
        }
        writer.join();
    }

    @Test
    void shouldRefuseSizesThatAreNotPowersOfTwo() {
        assertThrows(IllegalArgumentException.class, () -> new SubmissionRing(arena, 12));
        assertThrows(IllegalArgumentException.class, () -> new CompletionRing(arena, 0));
    }
}
