package io.heliograph.collectives.execute;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointCounters;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.sharedmemory.SharedMemoryEndpoint;
import java.lang.foreign.MemorySegment;
import java.util.Set;
import java.util.function.Function;

/**
 * Two endpoints that look like one: direct placement to peers on this host, packets to all others, under one address. A region has the same key at both, so that one card tells everybody how to write to it; a peer's number is twice that of its endpoint, and
 * odd if packets reach it.
 *
 * <p>Memory that peers may write to must be allocated by the direct one. Threads as {@link Endpoint}.
 */
final class NearestEndpoint implements Endpoint {
    /** A duty cycle of direct placement does nothing for messages that are under way, but makes links and looks whether peers live. */
    private static final int TURNS_PER_DIRECT_WORK = 32;

    private final SharedMemoryEndpoint direct;
    private final PacketEndpoint packets;
    private final Set<IpAddress> near;
    private final Keys keys;
    private final Numbered ofDirect = new Numbered(0);
    private final Numbered ofPackets = new Numbered(1);
    private int turns;

    private NearestEndpoint(SharedMemoryEndpoint direct, PacketEndpoint packets, Set<IpAddress> near, Keys keys) {
        this.direct = direct;
        this.packets = packets;
        this.near = Set.copyOf(near);
        this.keys = keys;
    }

    /**
     * Opens both, of the same address and with room for as many regions.
     *
     * @param near addresses of those on this host
     * @param random where keys come from
     */
    static NearestEndpoint open(
            Function<RandomSource, SharedMemoryEndpoint> openDirect,
            Function<RandomSource, PacketEndpoint> openPackets,
            Set<IpAddress> near,
            RandomSource random) {
        Keys keys = new Keys(random);
        SharedMemoryEndpoint direct = openDirect.apply(keys);
        try {
            return new NearestEndpoint(direct, openPackets.apply(keys), near, keys);
        } catch (RuntimeException e) {
            direct.close();
            throw e;
        }
    }

    SharedMemoryEndpoint direct() {
        return direct;
    }

    PacketEndpoint packets() {
        return packets;
    }

    /** Has two draw the same numbers one after the other, as two tables of regions do that hold the same. */
    private static final class Keys implements RandomSource {
        private static final int MOST = 256;

        private final RandomSource random;
        private final long[] drawn = new long[MOST];
        private long drawing;
        private boolean active;
        private int count;
        private int next;

        Keys(RandomSource random) {
            this.random = random;
        }

        /** What is drawn from now on by this thread is remembered, until {@link #end}. */
        void begin() {
            drawing = Thread.currentThread().threadId();
            count = 0;
            next = 0;
            active = true;
        }

        /** The next are those that were drawn since {@link #begin}. */
        void repeat() {
            next = 0;
        }

        void end() {
            active = false;
        }

        @Override
        public long nextLong() {
            if (!active || Thread.currentThread().threadId() != drawing || next == MOST) {
                return random.nextLong();
            }
            if (next == count) {
                drawn[count++] = random.nextLong();
            }
            return drawn[next++];
        }
    }

    /** A completion of one of the two, with the number that its peer has here. */
    private static final class Numbered implements CompletionHandler, Completion {
        private final int kind;
        private CompletionHandler handler = _ -> {};
        private Completion inner = this;

        Numbered(int kind) {
            this.kind = kind;
        }

        int poll(Endpoint endpoint, CompletionHandler to, int limit) {
            handler = to;
            return endpoint.poll(this, limit);
        }

        @Override
        public void onCompletion(Completion completion) {
            inner = completion;
            handler.onCompletion(this);
        }

        @Override
        public int kind() {
            return inner.kind();
        }

        @Override
        public int status() {
            return inner.status();
        }

        @Override
        public int peer() {
            return number(inner.peer(), kind);
        }

        @Override
        public int queue() {
            return inner.queue();
        }

        @Override
        public long cookie() {
            return inner.cookie();
        }

        @Override
        public int immediate() {
            return inner.immediate();
        }

        @Override
        public long lengthBytes() {
            return inner.lengthBytes();
        }
    }

    private static int number(int peer, int kind) {
        return peer << 1 | kind;
    }

    private Endpoint of(int peer) {
        return (peer & 1) == 0 ? direct : packets;
    }

    @Override
    public IpAddress address() {
        return direct.address();
    }

    @Override
    public synchronized MemoryRegion register(MemorySegment memory, int access) {
        keys.begin();
        try {
            MemoryRegion region = direct.register(memory, access);
            keys.repeat();
            MemoryRegion same = packets.register(memory, access);
            if (!same.equals(region)) {
                direct.deregister(region);
                packets.deregister(same);
                throw new IllegalStateException("two endpoints drew different keys: " + region.address() + " "
                        + region.lengthBytes() + "; open both with room for as many regions");
            }
            return region;
        } finally {
            keys.end();
        }
    }

    @Override
    public synchronized void deregister(MemoryRegion region) {
        direct.deregister(region);
        packets.deregister(region);
    }

    @Override
    public int addPeer(IpAddress address) {
        return near.contains(address) ? number(direct.addPeer(address), 0) : number(packets.addPeer(address), 1);
    }

    @Override
    public int addPeer(IpAddress address, MacAddress macAddress) {
        return near.contains(address)
                ? number(direct.addPeer(address, macAddress), 0)
                : number(packets.addPeer(address, macAddress), 1);
    }

    @Override
    public IpAddress peerAddress(int peer) {
        return of(peer).peerAddress(peer >> 1);
    }

    @Override
    public int post(
            boolean withImmediate,
            boolean fenced,
            int queue,
            int peer,
            MemoryRegion source,
            long sourceOffset,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            int immediate,
            long cookie) {
        if (peer < 0) {
            return Post.UNKNOWN_PEER;
        }
        return of(peer).post(
                        withImmediate,
                        fenced,
                        queue,
                        peer >> 1,
                        source,
                        sourceOffset,
                        lengthBytes,
                        remoteAddress,
                        remoteKey,
                        immediate,
                        cookie);
    }

    @Override
    public int poll(CompletionHandler handler, int limit) {
        int count = ofDirect.poll(direct, handler, limit);
        return count == limit ? count : count + ofPackets.poll(packets, handler, limit - count);
    }

    @Override
    public int doWork() {
        int done = packets.doWork();
        if (++turns >= TURNS_PER_DIRECT_WORK) {
            turns = 0;
            done += direct.doWork();
        }
        return done;
    }

    @Override
    public long nextDeadlineNs() {
        return Math.min(direct.nextDeadlineNs(), packets.nextDeadlineNs());
    }

    @Override
    public EndpointCounters counters() {
        EndpointCounters ofDirectOnes = direct.counters();
        EndpointCounters ofPacketOnes = packets.counters();
        return counter -> ofDirectOnes.get(counter) + ofPacketOnes.get(counter);
    }

    @Override
    public void close() {
        // Packets are placed in memory of the other.
        packets.close();
        direct.close();
    }
}
