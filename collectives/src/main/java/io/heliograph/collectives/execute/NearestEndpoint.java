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
import org.agrona.collections.Int2ObjectHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Two endpoints that look like one: direct placement to peers on this host, packets to all others, under one address. A region has the same key at both, so that one card tells everybody how to write to it; a peer's number is twice that of its endpoint, and
 * odd if packets reach it.
 *
 * <p>Memory that peers may write to or read must be allocated by the direct one; those that packets reach read nothing. Threads as {@link Endpoint}.
 */
final class NearestEndpoint implements Endpoint {
    /** A duty cycle of direct placement does nothing for messages that are under way, but makes links and looks whether peers live. */
    private static final int TURNS_PER_DIRECT_WORK = 32;

    private final SharedMemoryEndpoint direct;
    private final PacketEndpoint packets;
    private final Set<IpAddress> near;
    private final TwinKeys keys;
    /** Regions that peers on this host may read, as packets know them, by key: without that permission. */
    private final Int2ObjectHashMap<MemoryRegion> unreadable = new Int2ObjectHashMap<>();

    private final Numbered ofDirect = new Numbered(0);
    private final Numbered ofPackets = new Numbered(1);
    private int turns;

    private NearestEndpoint(SharedMemoryEndpoint direct, PacketEndpoint packets, Set<IpAddress> near, TwinKeys keys) {
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
        TwinKeys keys = new TwinKeys(random);
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

    /** Whether a peer, by its number here, is on this host: it can read this one's memory, and this one its. */
    static boolean isNear(int peer) {
        return (peer & 1) == 0;
    }

    private Endpoint of(int peer) {
        return isNear(peer) ? direct : packets;
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
            MemoryRegion same = packets.register(memory, access & ~MemoryRegion.REMOTE_READ);
            if (same.key() != region.key()) {
                direct.deregister(region);
                packets.deregister(same);
                throw new IllegalStateException("two endpoints drew different keys: " + region.address() + " "
                        + region.lengthBytes() + "; open both with room for as many regions");
            }
            if (isReadable(region)) {
                unreadable.put(region.key(), same);
            }
            return region;
        } finally {
            keys.end();
        }
    }

    @Override
    public synchronized void deregister(MemoryRegion region) {
        direct.deregister(region);
        packets.deregister(ofPackets(region));
        unreadable.remove(region.key());
    }

    private static boolean isReadable(MemoryRegion region) {
        return (region.access() & MemoryRegion.REMOTE_READ) != 0;
    }

    private MemoryRegion ofPackets(MemoryRegion region) {
        @Nullable MemoryRegion same = isReadable(region) ? unreadable.get(region.key()) : region;
        return same == null ? region : same;
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
                        isNear(peer) ? source : ofPackets(source),
                        sourceOffset,
                        lengthBytes,
                        remoteAddress,
                        remoteKey,
                        immediate,
                        cookie);
    }

    @Override
    public long beginRead(int peer, long remoteAddress, long lengthBytes, int remoteKey) {
        return peer >= 0 && isNear(peer)
                ? direct.beginRead(peer >> 1, remoteAddress, lengthBytes, remoteKey)
                : Post.NOT_MAPPED;
    }

    @Override
    public void endRead() {
        direct.endRead();
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
