package io.heliograph.transport.sharedmemory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What reading a peer's memory where it lies promises, within one process. */
@Timeout(60)
@SuppressWarnings("try") // closing early is what is tested
final class PeerReadTest {
    private static final int BYTES = 10_000;

    private final TestDomain domain = new TestDomain();
    private final Arena arena = Arena.ofConfined();
    private final SharedMemoryEndpoint left = domain.open(1);
    private final SharedMemoryEndpoint right = domain.open(2);
    private final MemorySegment memory = right.allocate(BYTES);
    private final MemoryRegion region = right.register(memory, MemoryRegion.REMOTE_READ);
    private final int peer = left.addPeer(right.address());

    @BeforeEach
    void fill() {
        for (int i = 0; i < BYTES; i++) {
            NativeMemory.putByte(memory.address() + i, (byte) (i * 7));
        }
    }

    @AfterEach
    void leaveNothing() {
        left.close();
        right.close();
        arena.close();
        assertEquals(List.of(), domain.left());
    }

    private long begin(long offset, long lengthBytes, int key) {
        long[] address = {Post.NOT_ATTACHED};
        assertTrue(TestDomain.until(() -> {
            address[0] = left.beginRead(peer, region.address() + offset, lengthBytes, key);
            left.doWork();
            right.doWork();
            return address[0] != Post.NOT_ATTACHED;
        }));
        return address[0];
    }

    @Test
    void shouldReadWhereItLies() {
        assertEquals(Post.NOT_ATTACHED, left.beginRead(peer, region.address(), 1, region.key()), "nothing maps it yet");
        long address = begin(100, BYTES - 100, region.key());
        assertTrue(address > 0, () -> Post.describe((int) address));
        for (int i = 100; i < BYTES; i++) {
            assertEquals((byte) (i * 7), NativeMemory.getByte(address + i - 100));
        }
        // No copy: what the owner writes is seen at once.
        NativeMemory.putByte(memory.address() + 100, (byte) 99);
        assertEquals(99, NativeMemory.getByte(address));
        left.endRead();
        assertEquals(0, left.counters().get(EndpointCounter.DATA_SENT));
        assertEquals(0, right.counters().get(EndpointCounter.DATA_ACCEPTED));
        assertEquals(0, right.counters().get(EndpointCounter.ACCESS_ERROR));
    }

    @Test
    void shouldRefuseWhatIsNotToBeRead() {
        MemorySegment target = right.allocate(64);
        MemoryRegion writable = right.register(target, MemoryRegion.REMOTE_WRITE);
        assertEquals(Post.NOT_READABLE, begin(0, 8, region.key() + 1));
        assertEquals(Post.NOT_READABLE, begin(1, BYTES, region.key()));
        assertEquals(Post.NOT_READABLE, begin(-1, 8, region.key()));
        assertEquals(Post.NOT_READABLE, begin(0, Long.MAX_VALUE, region.key()));
        assertEquals(Post.NOT_READABLE, left.beginRead(peer, writable.address(), 8, writable.key()));
        assertEquals(Post.UNKNOWN_PEER, left.beginRead(peer + 1, region.address(), 8, region.key()));
        assertEquals(5, right.counters().get(EndpointCounter.ACCESS_ERROR));
        // And it is not to be written because it may be read.
        MemoryRegion source = left.register(arena.allocate(64), 0);
        List<Integer> statuses = new ArrayList<>();
        assertEquals(Post.OK, left.write(0, peer, source, 0, 8, region.address(), region.key(), 0));
        assertTrue(TestDomain.until(() -> left.poll(c -> statuses.add(c.status()), 1) == 1));
        assertEquals(List.of(CompletionStatus.NO_PERMISSION), statuses);
    }

    @Test
    void shouldNotReadWhatWasDeregistered() {
        assertTrue(begin(0, 8, region.key()) > 0);
        left.endRead();
        right.deregister(region);
        assertEquals(Post.NOT_READABLE, begin(0, 8, region.key()));
        right.free(memory);
        assertThrows(IllegalStateException.class, () -> memory.fill((byte) 1), "given back");
    }

    @Test
    void shouldLetDeregistrationWaitForTheEndOfARead()
            throws InterruptedException, ExecutionException, TimeoutException {
        assertTrue(begin(0, 8, region.key()) > 0);
        CountDownLatch entered = new CountDownLatch(1);
        try (ExecutorService thread = Executors.newSingleThreadExecutor()) {
            Future<?> deregistration = thread.submit(() -> {
                entered.countDown();
                right.deregister(region);
            });
            assertTrue(entered.await(10, TimeUnit.SECONDS));
            // It would be over in microseconds.
            assertThrows(TimeoutException.class, () -> deregistration.get(50, TimeUnit.MILLISECONDS));
            left.endRead();
            deregistration.get(10, TimeUnit.SECONDS);
        }
    }

    @Test
    void shouldReadOneAtATime() {
        assertThrows(IllegalStateException.class, left::endRead);
        assertTrue(begin(0, 8, region.key()) > 0);
        assertThrows(IllegalStateException.class, () -> left.beginRead(peer, region.address(), 8, region.key()));
        left.endRead();
        assertThrows(IllegalStateException.class, left::endRead);
    }

    @Test
    void shouldTellWhenThePeerToReadFromIsGone() {
        assertTrue(begin(0, 8, region.key()) > 0);
        left.endRead();
        right.close();
        List<Integer> events = new ArrayList<>();
        assertTrue(TestDomain.until(() -> {
            assertEquals(Post.NOT_ATTACHED, left.beginRead(peer, region.address(), 8, region.key()));
            left.doWork();
            left.poll(c -> events.add(c.status()), 8);
            return !events.isEmpty();
        }));
        assertEquals(List.of(CompletionStatus.PEER_GONE), events);
    }

    @Test
    void shouldLetOnlySharedMemoryBeRead() {
        assertThrows(
                IllegalArgumentException.class, () -> right.register(arena.allocate(64), MemoryRegion.REMOTE_READ));
    }
}
