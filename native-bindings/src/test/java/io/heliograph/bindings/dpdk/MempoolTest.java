package io.heliograph.bindings.dpdk;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.dpdk.generated.rte_mempool;
import io.heliograph.bindings.dpdk.generated.rte_mempool_cache;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.testing.Refusal;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MempoolTest {
    private static final int MBUFS = 1023;
    private static final int CACHE = 64;

    private final Arena arena = Arena.ofConfined();
    private final long array = arena.allocate(8L * (MBUFS + 1), 64).address();
    private final Eal eal = SharedEal.get();
    private Mempool pool = eal.createMempool("mempool-test", MBUFS, CACHE, 2048);

    @BeforeEach
    void shouldBeFull() {
        assertEquals(MBUFS, pool.available());
    }

    @AfterEach
    void free() {
        pool.close();
        arena.close();
    }

    @Test
    void shouldGiveEmptyPacketsWhenAllocated() {
        assertEquals(0, pool.allocateBulk(array, 2));
        assertNotEquals(NativeMemory.getLong(array), NativeMemory.getLong(array + 8));
        assertEmpty(NativeMemory.getLong(array));
        pool.freeBulk(array, 2);
    }

    private void assertEmpty(long mbuf) {
        assertEquals(pool.address(), Mbuf.pool(mbuf));
        assertEquals(0, Mbuf.dataLength(mbuf));
        assertEquals(0, Mbuf.packetLength(mbuf));
        assertEquals(Mbuf.HEADROOM_BYTES, Mbuf.dataOffset(mbuf));
        assertEquals(Mbuf.bufferAddress(mbuf) + Mbuf.HEADROOM_BYTES, Mbuf.dataAddress(mbuf));
        assertEquals(Mbuf.HEADROOM_BYTES + 2048, Mbuf.bufferLength(mbuf));
        assertEquals(1, Mbuf.references(mbuf));
        assertEquals(1, Mbuf.segments(mbuf));
        assertEquals(0, Mbuf.next(mbuf));
        assertEquals(65535, Mbuf.port(mbuf));
        assertEquals(0, Mbuf.offloadFlags(mbuf));
    }

    @Test
    void shouldResetWhatWasChangedWhenAllocatedAgain() {
        assertEquals(0, pool.allocateBulk(array, MBUFS));
        for (int i = 0; i < MBUFS; i++) {
            long mbuf = NativeMemory.getLong(array + 8L * i);
            Mbuf.length(mbuf, 1000);
            Mbuf.dataOffset(mbuf, 14);
            Mbuf.offloadFlags(mbuf, -1);
            assertEquals(1000, Mbuf.dataLength(mbuf));
            assertEquals(1000, Mbuf.packetLength(mbuf));
            assertEquals(Mbuf.bufferAddress(mbuf) + 14, Mbuf.dataAddress(mbuf));
        }
        pool.freeBulk(array, MBUFS);
        assertEquals(0, pool.allocateBulk(array, MBUFS));
        for (int i = 0; i < MBUFS; i++) {
            assertEmpty(NativeMemory.getLong(array + 8L * i));
        }
        pool.freeBulk(array, MBUFS);
    }

    @Test
    void shouldRefuseAndLeakNothingWhenExhausted() {
        for (int round = 0; round < 3; round++) {
            assertEquals(0, pool.allocateBulk(array, MBUFS));
            assertTrue(pool.allocateBulk(array + 8L * MBUFS, 1) < 0);
            assertEquals(0, pool.available());
            pool.freeBulk(array, MBUFS);
            assertEquals(MBUFS, pool.available());
        }
    }

    @Test
    void shouldGiveEveryMbufOnceWhenTakenThroughTheCache() {
        try (DpdkThread thread = eal.registerThread()) {
            MempoolCache cache = thread.cacheOf(pool);
            for (int round = 0; round < 3; round++) {
                Set<Long> seen = new HashSet<>();
                int taken = 0;
                for (int burst = 1; taken < MBUFS; burst = burst % 33 + 1) {
                    int count = Math.min(burst, MBUFS - taken);
                    assertEquals(0, cache.allocateBulk(array + 8L * taken, count));
                    taken += count;
                }
                for (int i = 0; i < MBUFS; i++) {
                    assertTrue(seen.add(NativeMemory.getLong(array + 8L * i)));
                }
                assertTrue(cache.allocateBulk(array + 8L * MBUFS, 1) < 0);
                assertEquals(0, pool.available());
                for (int given = 0; given < MBUFS; given += 31) {
                    cache.freeBulk(array + 8L * given, Math.min(31, MBUFS - given));
                }
                assertEquals(MBUFS, pool.available());
            }
        }
    }

    @Test
    void shouldKeepTheFirstPartWhenTheCacheCannotCoverTheRest() {
        try (DpdkThread thread = eal.registerThread()) {
            MempoolCache cache = thread.cacheOf(pool);
            assertEquals(0, cache.allocateBulk(array, 10));
            cache.freeBulk(array, 10);
            assertTrue(cache.allocateBulk(array, MBUFS + 1) < 0);
            assertEquals(MBUFS, pool.available());
            assertEquals(0, cache.allocateBulk(array, MBUFS), "more than the cache holds");
            assertEquals(0, pool.available());
            cache.freeBulk(array, MBUFS);
            assertEquals(MBUFS, pool.available());
        }
    }

    @Test
    void shouldEmptyItsCacheWhenTheThreadIsUnregistered() {
        try (DpdkThread thread = eal.registerThread()) {
            MempoolCache cache = thread.cacheOf(pool);
            assertEquals(0, cache.allocateBulk(array, 10));
            cache.freeBulk(array, 10);
        }
        assertEquals(0, pool.allocateBulk(array, MBUFS), "everything is in the common part again");
        pool.freeBulk(array, MBUFS);
    }

    @Test
    void shouldFreeAnyPacketWhenFreedByPacket() {
        assertEquals(0, pool.allocateBulk(array, 100));
        Mempool.freePackets(array, 100);
        assertEquals(MBUFS, pool.available());
    }

    @Test
    void shouldTakeItsFootprintWhenCreated() {
        long object = 0L
                + NativeMemory.getInt(pool.address() + rte_mempool.header_size$offset())
                + NativeMemory.getInt(pool.address() + rte_mempool.elt_size$offset())
                + NativeMemory.getInt(pool.address() + rte_mempool.trailer_size$offset());
        long objects = object * MBUFS;
        long rest = Mempool.footprintBytes(MBUFS, 2048) - objects;
        assertEquals(128 * rte_mempool_cache.sizeof() + 8 * (MBUFS + 1), rest, "object=" + object);
    }

    @Test
    void shouldLieInOnePieceWithoutGapsWhenPagesAreNormal() {
        assertEquals(0, pool.allocateBulk(array, MBUFS));
        long[] mbufs = NativeMemory.segment(array, 8L * MBUFS).toArray(ValueLayout.JAVA_LONG);
        pool.freeBulk(array, MBUFS);
        Arrays.sort(mbufs);
        long stride = mbufs[1] - mbufs[0];
        assertEquals(stride * (MBUFS - 1), mbufs[MBUFS - 1] - mbufs[0]);
        assertEquals(1, stride / 64 % 2, "an odd number of cache lines: " + stride);
    }

    @Test
    void shouldSayHowMuchIsNeededWhenMemoryIsShort() {
        String message = Refusal.of(() -> eal.createMempool("too-big", 1 << 20, 0, 9000));
        assertTrue(message.contains("needsBytes=" + Mempool.footprintBytes(1 << 20, 9000)), message);
    }

    @Test
    void shouldRefuseWhenSizesMakeNoSense() {
        assertThrows(IllegalArgumentException.class, () -> eal.createMempool("bad", 0, 0, 2048));
        assertThrows(IllegalArgumentException.class, () -> eal.createMempool("bad", 1023, 513, 2048));
        assertThrows(IllegalArgumentException.class, () -> eal.createMempool("bad", 63, 63, 2048));
        assertThrows(IllegalArgumentException.class, () -> eal.createMempool("bad", 63, 0, 65536));
    }
}
