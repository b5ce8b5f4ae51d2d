package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.Clock;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounters;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.memory.Regions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Direct placement through shared memory, for peers on one host: a WRITE is one copy, by the thread that posts it, into the peer's memory.
 *
 * <p>Endpoints of one <em>domain</em>, a name, reach each other by their addresses; an address has one living endpoint. What peers may
 * write to or read ({@link #beginRead}) must be allocated here ({@link #allocate}), for that is what they can map; sources may be any native memory.
 *
 * <p>The rules of {@code PROTOCOL.md} hold, but for what is about packets. In particular: key, permission and bounds are checked for
 * every message against the peer's table of regions, in shared memory; once {@link #deregister} returns, nobody writes to the region,
 * even if a writer was killed in the middle (the call waits for a copy that is under way as long as its process lives, be it stopped);
 * {@link EndpointConfig#receiveSlots} is for each peer, so that one that fills its slots makes only itself wait. A message is over when
 * it is posted, but for one to a peer that is not there yet, or an immediate that has no slot: that waits for {@link #doWork}.
 *
 * <p>A peer whose process dies is noticed by asking the kernel, at least every eighth of the peer timeout; until then WRITEs to it
 * succeed, for its memory is still there. A killed process leaves one file name in {@code /dev/shm}, which a peer that notices, or the
 * next endpoint that opens, removes. All processes have the same user, and trust each other as far as {@code SHARED_MEMORY.md} says.
 * {@link EndpointConfig#udpPort} and {@link EndpointConfig#windowPackets} mean nothing here; a message counts as one packet.
 */
public final class SharedMemoryEndpoint implements Endpoint, SegmentAllocator {
    private static final Pattern DOMAIN = Pattern.compile("[A-Za-z0-9._-]{1,200}");
    private static final String PREFIX = "heliograph-direct-";
    private static final long MOST_DEFAULT_BYTES = 1L << 40;

    private final EndpointConfig config;
    private final SharedMemory block;
    private final Arena arena = Arena.ofShared();
    private final Peers peers;
    private final OwnMemory memory;
    private final LinkAgent agent;
    private final Sender sender;
    private final Reader reader;
    private final Writers writers;
    private final Counters counters;
    private final Consumer<Link> closeLink;

    // The application's thread.
    private boolean immediatesFirst;
    private boolean closed;

    private SharedMemoryEndpoint(
            EndpointConfig config, Clock clock, RandomSource random, String domain, SegmentLayout layout) {
        this.config = config;
        block = SharedMemory.create(path(domain, config.address()), layout.totalBytes());
        block.reserve(0, layout.slot(0));
        Regions regions =
                new Regions(config.maxRegions(), random, MemoryRegion.REMOTE_WRITE | MemoryRegion.REMOTE_READ);
        Tally tally = new Tally();
        OwnCompletions completions = new OwnCompletions(Math.max(2 * config.submissionEntries(), 64));
        peers = new Peers(config, peer -> path(domain, peer));
        agent = new LinkAgent(config, clock, regions, arena);
        memory = new OwnMemory(layout, block, arena, regions, agent);
        sender = new Sender(config, peers, regions, completions, agent.completions());
        reader = new Reader(peers);
        writers = new Writers(config, layout, block, peers, completions, tally);
        counters = new Counters(layout, block, peers, tally, agent.tally());
        closeLink = counters::close;
        layout.write(block.address(), config.address(), config.incarnation());
    }

    /**
     * Opens an endpoint that can allocate as much as its file system holds.
     *
     * @throws EnvironmentException if there is no shared memory to be had, or a living endpoint of the domain has the address
     * @throws IllegalArgumentException if the name is not one
     */
    public static SharedMemoryEndpoint open(EndpointConfig config, Clock clock, RandomSource random, String domain) {
        return open(config, clock, random, domain, fileSystemBytes());
    }

    /**
     * Opens an endpoint.
     *
     * @param clock what timers go by; it must not be read by another thread at the same time unless it allows that
     * @param random where keys come from
     * @param domain letters, digits, {@code . _ -}, at most 200
     * @param memoryBytes the most that can be allocated at once; takes memory only when it is allocated
     * @throws EnvironmentException if there is no shared memory to be had, or a living endpoint of the domain has the address
     * @throws IllegalArgumentException if a value is out of range
     */
    public static SharedMemoryEndpoint open(
            EndpointConfig config, Clock clock, RandomSource random, String domain, long memoryBytes) {
        if (!DOMAIN.matcher(domain).matches()) {
            throw new IllegalArgumentException("not a name for a domain: domain=" + domain
                    + "; give letters, digits, '.', '_' and '-', at most 200");
        }
        SegmentLayout layout = new SegmentLayout(
                config.maxPeers(), config.receiveSlots(), PublishedRegions.buckets(config.maxRegions()), memoryBytes);
        SharedMemory.removeAbandoned(PREFIX);
        return new SharedMemoryEndpoint(config, clock, random, domain, layout);
    }

    private static long fileSystemBytes() {
        try {
            Path directory = SharedMemory.pathOf("x").resolveSibling("");
            long bytes = Files.getFileStore(directory).getTotalSpace();
            return Math.clamp(bytes, SegmentSpace.PAGE_BYTES, MOST_DEFAULT_BYTES);
        } catch (IOException e) {
            throw new EnvironmentException("no shared memory here; mount a tmpfs on /dev/shm", e);
        }
    }

    /** Where the segment of an address lies. */
    static Path path(String domain, IpAddress address) {
        return SharedMemory.pathOf(PREFIX + domain + "-%016x%016x".formatted(address.high(), address.low()));
    }

    @Override
    public IpAddress address() {
        return config.address();
    }

    /**
     * Allocates zeroed memory that peers can be let write to; it lives until {@link #free} or until the endpoint closes, and an access
     * after that throws. Application's thread.
     *
     * @throws EnvironmentException if the file system has no more
     * @throws IllegalArgumentException if the size is negative or the alignment no power of two
     * @throws IllegalStateException if this endpoint's memory is all taken
     */
    @Override
    public MemorySegment allocate(long byteSize, long byteAlignment) {
        return memory.allocate(byteSize, byteAlignment);
    }

    /**
     * Takes allocated memory back for another to be allocated; nobody may use it any more. Application's thread.
     *
     * @throws IllegalArgumentException if it was not allocated here
     * @throws IllegalStateException if a part of it is registered for peers
     */
    public void free(MemorySegment allocated) {
        memory.free(allocated);
    }

    /**
     * As {@link Endpoint#register}; memory that peers may write to or read lies within what {@link #allocate} returned.
     *
     * @throws IllegalArgumentException also if peers cannot map it
     */
    @Override
    public MemoryRegion register(MemorySegment target, int access) {
        return memory.register(target, access);
    }

    @Override
    public void deregister(MemoryRegion region) {
        sender.forgetSource();
        memory.deregister(region);
    }

    /**
     * Waits until what peers do to memory of this endpoint is over, if it began before: WRITEs, reads, and writes in place. What this thread stored before the call, peers see in all that they begin after it, so that
     * both sides can agree by a word in memory that nothing begins any more. Application's thread.
     *
     * @param looks for how long: so often a peer that is busy is asked for, some 50 us each
     * @return whether it is; a process that is stopped in the middle of a copy is not through for as long as it is
     */
    public boolean awaitPeers(long looks) {
        return memory.awaitLanes(looks);
    }

    @Override
    public int addPeer(IpAddress address) {
        return peers.add(address);
    }

    @Override
    public int addPeer(IpAddress address, MacAddress macAddress) {
        return addPeer(address);
    }

    @Override
    public IpAddress peerAddress(int peer) {
        return peers.all()[peer].address();
    }

    /** Without the way over {@link #post}, whose many arguments can keep it from being inlined. */
    @Override
    public int write(
            int queue,
            int peer,
            MemoryRegion source,
            long sourceOffset,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            long cookie) {
        return sender.write(queue, peer, source, sourceOffset, lengthBytes, remoteAddress, remoteKey, cookie);
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
        return withImmediate
                ? sender.writeImm(
                        queue,
                        peer,
                        source,
                        sourceOffset,
                        lengthBytes,
                        remoteAddress,
                        remoteKey,
                        immediate,
                        fenced,
                        cookie)
                : sender.write(queue, peer, source, sourceOffset, lengthBytes, remoteAddress, remoteKey, cookie);
    }

    @Override
    public long beginRead(int peer, long remoteAddress, long lengthBytes, int remoteKey) {
        return reader.begin(peer, remoteAddress, lengthBytes, remoteKey);
    }

    @Override
    public void endRead() {
        reader.end();
    }

    @Override
    public long beginWrite(int peer, long remoteAddress, long lengthBytes, int remoteKey) {
        return reader.beginWrite(peer, remoteAddress, lengthBytes, remoteKey);
    }

    @Override
    public void endWrite() {
        reader.end();
    }

    @Override
    public int poll(CompletionHandler handler, int limit) {
        if (closed) {
            return 0;
        }
        agent.closeRetired(closeLink);
        // In turns, so that neither starves the other when the limit is small.
        immediatesFirst = !immediatesFirst;
        int count = immediatesFirst ? writers.poll(handler, limit) : 0;
        count += sender.poll(handler, limit - count);
        return immediatesFirst ? count : count + writers.poll(handler, limit - count);
    }

    /** Whether all slots that {@link #poll} knows of were freed. */
    boolean hasNoWriters() {
        return writers.isEmpty();
    }

    @Override
    public int doWork() {
        return closed ? 0 : agent.doWork(peers.all(), writers.inboxes());
    }

    @Override
    public long nextDeadlineNs() {
        return agent.nextDeadlineNs();
    }

    @Override
    public EndpointCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        SegmentLayout.closeRelease(block.address());
        for (Peer peer : peers.all()) {
            Link link = peer.link();
            if (link != null) {
                peer.link(null);
                counters.close(link);
            }
        }
        agent.closeRetired(closeLink);
        block.unlink();
        counters.close(this::release);
    }

    private void release() {
        closed = true;
        peers.clear();
        sender.clear();
        writers.clear();
        memory.close();
        arena.close();
        block.close();
    }
}
