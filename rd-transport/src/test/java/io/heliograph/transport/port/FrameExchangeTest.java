package io.heliograph.transport.port;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.SeededRandom;
import java.lang.foreign.Arena;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one side makes of a broken other side, played by writing into the shared memory directly. */
final class FrameExchangeTest {
    private static final int FRAMES = 16;
    private static final int RING = 8;

    private final Arena arena = Arena.ofConfined();
    private final LinkLayout layout = new LinkLayout(1500, FRAMES, RING);
    private final long shared =
            arena.allocate(layout.totalBytes(), LinkLayout.LINE_PAIR_BYTES).address();
    private final PortCounters counters = new PortCounters();
    private final FrameExchange side0 = new FrameExchange(layout, 0, shared, arena, counters);
    private final Burst burst = new Burst(arena, 64);
    private final long framesRing = shared + layout.framesRingOffset(1);
    private final long returnRing = shared + layout.returnRingOffset(1);

    @AfterEach
    void closeArena() {
        arena.close();
    }

    private void put(long ring, int capacity, long entry) {
        long tail = NativeMemory.getLong(ring + LinkLayout.RING_TAIL);
        NativeMemory.putLong(ring + LinkLayout.RING_ENTRIES + 8 * (tail & capacity - 1), entry);
        NativeMemory.putLong(ring + LinkLayout.RING_TAIL, tail + 1);
    }

    private static long entry(int index, int lengthBytes) {
        return Integer.toUnsignedLong(index) | (long) lengthBytes << 32;
    }

    @Test
    void shouldRefuseIndicesOutOfRange() {
        for (int index : new int[] {-1, 2 * FRAMES, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            put(framesRing, RING, entry(index, 60));
            assertEquals(0, side0.receive(burst), "index=" + index);
        }
        assertEquals(4, counters.snapshot().receiveDrops());
    }

    @Test
    void shouldRefuseLengthsThatNoFrameHoldsAndGiveTheFrameBack() {
        for (int lengthBytes : new int[] {-1, 0, 13, layout.maxFrameBytes() + 1, 1 << 20}) {
            put(framesRing, RING, entry(FRAMES, lengthBytes));
            assertEquals(0, side0.receive(burst), "length=" + lengthBytes);
        }
        assertEquals(5, counters.snapshot().receiveDrops());
        assertEquals(5, NativeMemory.getLong(shared + layout.returnRingOffset(0) + LinkLayout.RING_TAIL));
    }

    @Test
    void shouldRefuseFramesThatTheOtherSideDoesNotHave() {
        put(framesRing, RING, entry(FRAMES + 3, 60));
        put(framesRing, RING, entry(FRAMES + 3, 60)); // the same again
        put(framesRing, RING, entry(2, 60)); // one of ours, never sent
        assertEquals(1, side0.receive(burst));
        assertEquals(2, counters.snapshot().receiveDrops());
        put(framesRing, RING, entry(FRAMES + 3, 60));
        Burst more = new Burst(arena, 4);
        assertEquals(0, side0.receive(more));
        side0.release(burst);
        put(framesRing, RING, entry(FRAMES + 3, 60));
        assertEquals(1, side0.receive(burst));
    }

    @Test
    void shouldOwnNoFrameTwiceWhenTheOtherSideReturnsWhatItDoesNotHave() {
        assertEquals(FRAMES, side0.allocate(burst, FRAMES));
        for (int index : new int[] {0, 1, -5, FRAMES, 2 * FRAMES}) {
            put(returnRing, layout.returnEntries(), index);
        }
        assertEquals(0, side0.allocate(new Burst(arena, 1), 1));
        assertEquals(5, counters.snapshot().receiveDrops());
        side0.release(burst);
        assertEquals(FRAMES, side0.allocate(burst, FRAMES));
    }

    @Test
    void shouldIgnoreRingPositionsThatMakeNoSense() {
        for (long tail : new long[] {-1, RING + 1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            NativeMemory.putLong(framesRing + LinkLayout.RING_TAIL, tail);
            assertEquals(0, side0.receive(burst), "tail=" + tail);
        }
        side0.allocate(burst, 4);
        long ownRing = shared + layout.framesRingOffset(0);
        for (long head : new long[] {-1 - RING, 5, Long.MIN_VALUE, Long.MAX_VALUE}) {
            NativeMemory.putLong(ownRing + LinkLayout.RING_HEAD, head);
            burst.size(1);
            Frame.lengthBytes(burst.frame(0), 60);
            side0.send(burst);
        }
        assertTrue(NativeMemory.getLong(ownRing + LinkLayout.RING_TAIL) <= RING);
    }

    @Test
    void shouldStayWithinTheMemoryWhateverTheOtherSideWrites() {
        long seed = 77;
        SeededRandom random = new SeededRandom(seed);
        long end = shared + layout.totalBytes();
        Burst own = new Burst(arena, FRAMES);
        for (int round = 0; round < 300_000; round++) {
            long ring = random.nextInt(2) == 0 ? framesRing : returnRing;
            int field = random.nextInt(3);
            if (field == 0) {
                NativeMemory.putLong(ring + LinkLayout.RING_TAIL, random.nextInt(RING * 4));
            } else {
                long entry = entry(random.nextInt(2 * FRAMES + 4) - 2, random.nextInt(1600));
                put(ring, ring == framesRing ? RING : layout.returnEntries(), entry);
            }
            side0.receive(burst);
            for (int i = 0; i < burst.size(); i++) {
                long data = Frame.dataAddress(burst.frame(i));
                assertTrue(data >= shared && data + Frame.lengthBytes(burst.frame(i)) <= end, "outside: seed=" + seed);
            }
            side0.release(burst);
            if (side0.allocate(own, 1) == 1) {
                Frame.lengthBytes(own.frame(own.size() - 1), 60);
                side0.send(own);
            }
            Set<Long> distinct = new HashSet<>();
            for (int i = 0; i < own.size(); i++) {
                assertTrue(distinct.add(own.frame(i)), "a frame twice: seed=" + seed);
            }
            side0.release(own);
        }
    }
}
