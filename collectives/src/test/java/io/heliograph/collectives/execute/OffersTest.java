package io.heliograph.collectives.execute;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.collectives.CommunicatorConfig;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writing to another rank's output, as long as that offers it. */
final class OffersTest {
    private static final int RANKS = 2;
    private static final long PATIENCE_NS = 10_000_000_000L;

    private final LandingLayout layout = LandingLayout.of(CommunicatorConfig.DEFAULT, RANKS);
    private final SharedMemoryEndpoint[] endpoints = new SharedMemoryEndpoint[RANKS];
    private final Transport[] transports = new Transport[RANKS];
    private final Offers[] offers = new Offers[RANKS];
    private final Arena arena = Arena.ofConfined();

    @BeforeEach
    void meet() {
        LocalExchange exchange = new LocalExchange(RANKS);
        String domain = "offers-" + ProcessHandle.current().pid();
        for (int rank = 0; rank < RANKS; rank++) {
            EndpointConfig config = EndpointConfig.of(IpAddress.parse("198.18.9." + (rank + 1)))
                    .withIncarnation(rank + 1)
                    .withMaxPeers(RANKS);
            endpoints[rank] =
                    SharedMemoryEndpoint.open(config, SystemClock.INSTANCE, new SeededRandom(rank), domain, 16L << 20);
            transports[rank] = Transport.of(endpoints[rank]);
        }
        Group.onThreads(RANKS, rank -> {
            Landing landing = Landing.open(transports[rank], layout, RANKS);
            Members members = Members.meet(
                    endpoints[rank], CommunicatorConfig.DEFAULT, landing, layout, rank, RANKS, exchange.of(rank));
            offers[rank] = new Offers(transports[rank], members, layout, landing.address());
        });
    }

    @AfterEach
    void close() {
        for (SharedMemoryEndpoint endpoint : endpoints) {
            endpoint.close();
        }
        arena.close();
    }

    private long place(MemoryRegion output, MemorySegment from) {
        long deadlineNs = SystemClock.INSTANCE.nowNs() + PATIENCE_NS;
        long code = Post.NOT_ATTACHED;
        while (code == Post.NOT_ATTACHED && SystemClock.INSTANCE.nowNs() - deadlineNs < 0) {
            code = offers[1].place(0, output.address(), output.key(), from.address(), (int) from.byteSize());
            endpoints[1].doWork();
        }
        return code;
    }

    @Test
    void shouldWriteUntilTheOfferIsWithdrawn() {
        MemorySegment output = endpoints[0].allocate(64, 64);
        MemoryRegion region = endpoints[0].register(output, MemoryRegion.REMOTE_WRITE);
        MemorySegment from = arena.allocate(64);
        from.fill((byte) 1);
        offers[0].made();
        assertTrue(place(region, from) >= 0);
        assertEquals(1, output.get(ValueLayout.JAVA_BYTE, 63));
        offers[0].withdraw();
        from.fill((byte) 2);
        assertEquals(Post.NOT_WRITABLE, place(region, from));
        assertEquals(1, output.get(ValueLayout.JAVA_BYTE, 0), "nothing is written after that");
        assertFalse(transports[0].areWritesUnderWay());
        // Its lane is not left busy: this returns.
        endpoints[0].deregister(region);
    }

    @Test
    void shouldKnowOfAWriteThatIsNotOver() {
        MemorySegment output = endpoints[0].allocate(64, 64);
        MemoryRegion region = endpoints[0].register(output, MemoryRegion.REMOTE_WRITE);
        MemorySegment from = arena.allocate(64);
        offers[0].made();
        assertTrue(place(region, from) >= 0);
        int peer = endpoints[1].addPeer(endpoints[0].address());
        assertTrue(endpoints[1].beginWrite(peer, region.address(), 64, region.key()) >= 0);
        offers[0].withdraw();
        assertTrue(transports[0].areWritesUnderWay(), "it stays so for as long as rank 1 is stopped there");
        endpoints[1].endWrite();
        assertFalse(transports[0].areWritesUnderWay());
    }
}
