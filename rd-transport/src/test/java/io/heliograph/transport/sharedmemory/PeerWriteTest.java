package io.heliograph.transport.sharedmemory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What writing to a peer's memory where it lies promises, within one process. */
@Timeout(60)
@SuppressWarnings("try") // closing early is what is tested
final class PeerWriteTest {
    private static final int BYTES = 4096;

    private final TestDomain domain = new TestDomain();
    private final SharedMemoryEndpoint left = domain.open(1);
    private final SharedMemoryEndpoint right = domain.open(2);
    private final MemorySegment memory = right.allocate(BYTES);
    private final MemoryRegion region = right.register(memory, MemoryRegion.REMOTE_WRITE);
    private final int peer = left.addPeer(right.address());

    @AfterEach
    void leaveNothing() {
        left.close();
        right.close();
        assertEquals(List.of(), domain.left());
    }

    private long begin(long offset, long lengthBytes, int key) {
        long[] address = {Post.NOT_ATTACHED};
        assertTrue(TestDomain.until(() -> {
            address[0] = left.beginWrite(peer, region.address() + offset, lengthBytes, key);
            left.doWork();
            right.doWork();
            return address[0] != Post.NOT_ATTACHED;
        }));
        return address[0];
    }

    @Test
    void shouldWriteWhereItLies() {
        assertEquals(
                Post.NOT_ATTACHED, left.beginWrite(peer, region.address(), 1, region.key()), "nothing maps it yet");
        long address = begin(8, 16, region.key());
        assertTrue(address > 0, () -> Post.describe((int) address));
        NativeMemory.putLongRelease(address, 7);
        assertEquals(7, memory.get(ValueLayout.JAVA_LONG, 8), "seen at once");
        left.endWrite();
        assertEquals(0, left.poll(_ -> {}, 8), "nothing completes");
        assertEquals(0, right.poll(_ -> {}, 8), "nothing is told");
        assertEquals(16, right.counters().get(EndpointCounter.PAYLOAD_BYTES_PLACED));
        assertEquals(1, left.counters().get(EndpointCounter.DATA_SENT));
    }

    @Test
    void shouldRefuseWhatIsNotToBeWritten() {
        MemorySegment other = right.allocate(64);
        MemoryRegion readable = right.register(other, MemoryRegion.REMOTE_READ);
        assertEquals(Post.NOT_WRITABLE, begin(0, 8, region.key() + 1));
        assertEquals(Post.NOT_WRITABLE, begin(1, BYTES, region.key()));
        assertEquals(Post.NOT_WRITABLE, begin(-1, 8, region.key()));
        assertEquals(Post.NOT_WRITABLE, begin(0, Long.MAX_VALUE, region.key()));
        assertEquals(Post.NOT_WRITABLE, left.beginWrite(peer, readable.address(), 8, readable.key()));
        assertEquals(Post.UNKNOWN_PEER, left.beginWrite(peer + 1, region.address(), 8, region.key()));
        assertEquals(5, right.counters().get(EndpointCounter.ACCESS_ERROR));
        right.deregister(region);
        assertEquals(Post.NOT_WRITABLE, begin(0, 8, region.key()));
    }

    @Test
    void shouldBeginWritesWithinOne() {
        MemorySegment second = right.allocate(64);
        MemoryRegion other = right.register(second, MemoryRegion.REMOTE_WRITE);
        assertTrue(begin(0, 8, region.key()) > 0);
        assertThrows(IllegalStateException.class, () -> left.beginRead(peer, region.address(), 8, region.key()));
        long inner = left.beginWrite(peer, other.address(), 64, other.key());
        assertTrue(inner > 0);
        NativeMemory.putLong(inner, 5);
        assertEquals(Post.NOT_WRITABLE, left.beginWrite(peer, other.address(), 65, other.key()));
        left.endWrite();
        assertFalse(right.awaitPeers(1), "the first is under way");
        left.endWrite();
        assertTrue(right.awaitPeers(1));
        assertEquals(5, second.get(ValueLayout.JAVA_LONG, 0));
        assertThrows(IllegalStateException.class, left::endWrite);
    }

    @Test
    void shouldNotWriteWithinARead() {
        assertTrue(begin(0, 8, region.key()) > 0);
        left.endWrite();
        MemorySegment other = right.allocate(64);
        MemoryRegion readable = right.register(other, MemoryRegion.REMOTE_READ);
        assertTrue(left.beginRead(peer, readable.address(), 8, readable.key()) > 0);
        assertThrows(IllegalStateException.class, () -> left.beginWrite(peer, region.address(), 8, region.key()));
        left.endRead();
    }
}
