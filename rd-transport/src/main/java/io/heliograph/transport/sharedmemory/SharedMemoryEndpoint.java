package io.heliograph.transport.sharedmemory;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.SharedMemory;
import io.heliograph.transport.Clock;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.EndpointCounters;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.memory.RegionTable;
import io.heliograph.transport.memory.Regions;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Direct placement through shared memory, for peers on one host: a WRITE is one copy, by the thread that posts it, into the peer's memory.
 *
 * <p>Endpoints of one <em>domain</em>, a name, reach each other by their addresses; an address has one living endpoint. What peers may
 * write to must be allocated here ({@link #allocate}), for that is what they can map; sources may be any native memory.
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
    private static final int LOCK_BYTES = 32;
    private static final int SPINS_BETWEEN_LOOKS = 1024;

    private final EndpointConfig config;
    private final String domain;
    private final SegmentLayout layout;
    private final SharedMemory block;
    private final Arena arena = Arena.ofShared();
    private final Regions regions;
    private final PublishedRegions published;
    private final SegmentSpace space;
    private final TreeMap<Long, MemoryRegion> writable = new TreeMap<>();
    private final LinkAgent agent;
    private final OwnCompletions completions;
    private final int eventRoom;
    private final Tally tally = new Tally();
    private final EndpointCounters counters = new AllCounters();
    private final Counting counting = new Counting();
    private final Consumer<Link> closeLink = this::closeLink;
    private final long scratchAddress;
    private final int submissionEntries;
    private final int workQueues;

    // Replaced by the application's thread, looked at by the agent's.
    private volatile Peer[] peers = new Peer[0];
    private volatile Inbox[] inboxes = new Inbox[0];

    // The application's thread.
    private int outstanding;
    private int attachmentsSeen;
    private boolean immediatesFirst;
    private @Nullable MemoryRegion knownSource;
    private @Nullable RegionTable knownTable;
    private boolean closed;

    private SharedMemoryEndpoint(
            EndpointConfig config, Clock clock, RandomSource random, String domain, SegmentLayout layout) {
        this.config = config;
        this.domain = domain;
        this.layout = layout;
        submissionEntries = config.submissionEntries();
        workQueues = config.workQueues();
        block = SharedMemory.create(path(domain, config.address()), layout.totalBytes());
        long segment = block.address();
        block.reserve(0, layout.slot(0));
        regions = new Regions(config.maxRegions(), random);
        published = new PublishedRegions(segment + layout.regions(), layout.regionBuckets());
        space = new SegmentSpace(segment + layout.memory(), layout.memoryBytes());
        agent = new LinkAgent(config, clock, regions, arena);
        int capacity = Math.max(2 * submissionEntries, 64);
        completions = new OwnCompletions(capacity);
        eventRoom = capacity - submissionEntries;
        scratchAddress = arena.allocate(LOCK_BYTES, Long.BYTES).address();
        layout.write(segment, config.address(), config.incarnation());
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
        if (byteSize < 0 || byteAlignment < 1 || Long.bitCount(byteAlignment) != 1) {
            throw new IllegalArgumentException("shared memory: byteSize=" + byteSize + " byteAlignment=" + byteAlignment
                    + "; give a size from 0 and a power of two");
        }
        long length = Math.max(1, byteSize);
        long address = length > layout.memoryBytes()
                ? -1
                : space.take(length, Math.max(SegmentSpace.PAGE_BYTES, byteAlignment));
        if (address < 0) {
            throw new IllegalStateException("shared memory of the endpoint is taken: byteSize=" + byteSize
                    + " memoryBytes=" + layout.memoryBytes() + "; free some, or open the endpoint with more");
        }
        long offset = address - block.address();
        try {
            block.reserve(offset, length);
        } catch (EnvironmentException e) {
            space.give(address);
            throw e;
        }
        return block.segment(offset, byteSize, arena);
    }

    /**
     * Takes allocated memory back for another to be allocated; nobody may use it any more. Application's thread.
     *
     * @throws IllegalArgumentException if it was not allocated here
     * @throws IllegalStateException if a part of it is registered for peers
     */
    public void free(MemorySegment memory) {
        long address = memory.address();
        var last = writable.lowerEntry(address + Math.max(1, memory.byteSize()));
        if (last != null && last.getKey() + last.getValue().lengthBytes() > address) {
            throw new IllegalStateException(
                    "shared memory is registered: region=" + last.getValue() + "; deregister it before it is freed");
        }
        long length = space.give(address);
        if (length == 0) {
            throw new IllegalArgumentException(
                    "memory was not allocated by this endpoint: address=" + address + "; free what allocate returned");
        }
        block.discard(address - block.address(), length);
    }

    /**
     * As {@link Endpoint#register}; memory for {@link MemoryRegion#REMOTE_WRITE} lies within what {@link #allocate} returned.
     *
     * @throws IllegalArgumentException also if peers cannot map it
     */
    @Override
    public MemoryRegion register(MemorySegment memory, int access) {
        boolean forPeers = memory.isNative() && memory.byteSize() > 0 && (access & MemoryRegion.REMOTE_WRITE) != 0;
        if (forPeers && !space.isTaken(memory.address(), memory.byteSize())) {
            throw new IllegalArgumentException("memory is not shared: address=" + memory.address() + " lengthBytes="
                    + memory.byteSize() + "; peers write only to what SharedMemoryEndpoint.allocate returned");
        }
        MemoryRegion region = regions.register(memory, access);
        if (forPeers) {
            writable.put(region.address(), region);
        }
        published.publish(region);
        return region;
    }

    @Override
    public void deregister(MemoryRegion region) {
        regions.deregister(region);
        published.withdraw(region);
        if ((region.access() & MemoryRegion.REMOTE_WRITE) != 0) {
            writable.remove(region.address());
        }
        agent.awaitCopy();
        for (int slot = 0; slot < layout.peerSlots(); slot++) {
            if (Attachment.stateAcquire(block.address() + layout.attachment(slot)) == Attachment.ATTACHED) {
                for (int lane = 0; lane < SegmentLayout.LANES; lane++) {
                    awaitLane(slot, block.address() + layout.lane(slot, lane));
                }
            }
        }
    }

    /** Until a copy that is under way is over, or the kernel says that its process ended. */
    @SuppressWarnings("ThreadPriorityCheck") // yield: the writer may need this processor
    private void awaitLane(int slot, long lane) {
        long seen = Lane.sequenceAcquire(lane);
        int spins = 0;
        while ((seen & 1) == 1 && Lane.sequenceAcquire(lane) == seen) {
            if (++spins % SPINS_BETWEEN_LOOKS == 0) {
                if (!block.isHeld(Attachment.role(slot), scratchAddress)) {
                    return;
                }
                Thread.yield();
            }
            Thread.onSpinWait();
        }
    }

    @Override
    public int addPeer(IpAddress address) {
        for (Peer peer : peers) {
            if (peer.address().equals(address)) {
                return peer.number();
            }
        }
        if (address.isIpv4() != config.address().isIpv4()) {
            throw new IllegalArgumentException(
                    "peer of another address family: peer=" + address + " own=" + config.address());
        }
        Peer[] known = peers;
        if (known.length == config.maxPeers()) {
            throw new IllegalStateException(
                    "table of peers is full: maxPeers=" + config.maxPeers() + "; open the endpoint with more");
        }
        Peer[] more = Arrays.copyOf(known, known.length + 1);
        more[known.length] = new Peer(known.length, address, path(domain, address), submissionEntries, workQueues);
        peers = more;
        return known.length;
    }

    @Override
    public int addPeer(IpAddress address, MacAddress macAddress) {
        return addPeer(address);
    }

    @Override
    public IpAddress peerAddress(int peer) {
        return peers[peer].address();
    }

    @Override
    public int post(
            boolean withImmediate,
            boolean fenced,
            int queue,
            int peerNumber,
            MemoryRegion source,
            long sourceOffset,
            long lengthBytes,
            long remoteAddress,
            int remoteKey,
            int immediate,
            long cookie) {
        if (queue < 0 || queue >= workQueues) {
            return Post.UNKNOWN_QUEUE;
        }
        Peer[] known = peers;
        if (peerNumber < 0 || peerNumber >= known.length) {
            return Post.UNKNOWN_PEER;
        }
        boolean inSource = sourceOffset >= 0 && lengthBytes >= 0 && lengthBytes <= source.lengthBytes() - sourceOffset;
        if (!inSource || !isRegistered(source)) {
            return Post.BAD_SOURCE;
        }
        if (outstanding == submissionEntries) {
            return Post.RING_FULL;
        }
        outstanding++;
        Peer peer = known[peerNumber];
        long number = peer.fences().number(queue);
        Link link = peer.link();
        long from = source.address() + sourceOffset;
        if (link == null || !link.isOpen() || withImmediate && !canFire(peer, link)) {
            peer.waiting()
                    .put(
                            withImmediate,
                            fenced,
                            queue,
                            number,
                            from,
                            source.key(),
                            lengthBytes,
                            remoteAddress,
                            remoteKey,
                            immediate,
                            cookie);
            return Post.OK;
        }
        int status = link.lane(Link.APPLICATION).place(from, lengthBytes, remoteAddress, remoteKey);
        if (status != CompletionStatus.SUCCESS) {
            peer.fences().failed(queue, number);
        } else if (withImmediate) {
            status = fire(peer, link, queue, number, fenced, immediate, lengthBytes);
        }
        completions.put(Completion.WRITE, status, peerNumber, queue, cookie, lengthBytes);
        return Post.OK;
    }

    /** Whether an immediate can fire now and is not to wait behind others. */
    private static boolean canFire(Peer peer, Link link) {
        return peer.waiting().isEmpty() && link.ring().hasRoom();
    }

    private static int fire(
            Peer peer, Link link, int queue, long number, boolean fenced, int immediate, long lengthBytes) {
        if (fenced && peer.fences().isFlushed(queue, number)) {
            return CompletionStatus.FLUSHED;
        }
        link.ring().publish(queue, immediate, lengthBytes);
        return CompletionStatus.SUCCESS;
    }

    @SuppressWarnings("ReferenceEquality") // the very same objects as at the last post
    private boolean isRegistered(MemoryRegion source) {
        RegionTable table = regions.table();
        if (source == knownSource && table == knownTable) {
            return true;
        }
        if (!table.contains(source)) {
            return false;
        }
        knownSource = source;
        knownTable = table;
        return true;
    }

    @Override
    public int poll(CompletionHandler handler, int limit) {
        if (closed) {
            return 0;
        }
        agent.closeRetired(closeLink);
        // In turns, so that neither starves the other when the limit is small.
        immediatesFirst = !immediatesFirst;
        int count = immediatesFirst ? pollInboxes(handler, limit) : 0;
        counting.handler = handler;
        count += completions.poll(counting, limit - count);
        count += agent.completions().poll(counting, limit - count);
        return immediatesFirst ? count : count + pollInboxes(handler, limit - count);
    }

    private int pollInboxes(CompletionHandler handler, int limit) {
        int attachments = SegmentLayout.attachedAcquire(block.address());
        if (attachments != attachmentsSeen) {
            attachmentsSeen = attachments;
            findWriters();
        }
        boolean eventsTaken = completions.size() == 0;
        int count = 0;
        boolean anyGone = false;
        for (Inbox inbox : inboxes) {
            // Before the last look into the ring: what it wrote while it was there is seen.
            boolean gone = inbox.writer() != Inbox.Writer.HERE;
            int polled = inbox.poll(handler, limit - count, eventsTaken);
            count += polled;
            anyGone |= gone && count < limit;
        }
        if (anyGone) {
            removeGone();
        }
        return count;
    }

    /** Looks for writers that attached since the last time. */
    private void findWriters() {
        for (int slot = 0; slot < layout.peerSlots(); slot++) {
            long attachment = block.address() + layout.attachment(slot);
            if (Attachment.stateAcquire(attachment) != Attachment.FREE && !isOpenInbox(slot)) {
                admit(slot, Attachment.address(attachment), Attachment.incarnation(attachment));
            }
        }
    }

    private boolean isOpenInbox(int slot) {
        for (Inbox inbox : inboxes) {
            if (inbox.slot() == slot) {
                return true;
            }
        }
        return false;
    }

    /** Whether all slots that {@link #poll} knows of were freed. */
    boolean hasNoWriters() {
        return inboxes.length == 0;
    }

    private void admit(int slot, IpAddress address, int incarnation) {
        int number;
        try {
            number = addPeer(address);
        } catch (IllegalArgumentException | IllegalStateException e) {
            tally.add(EndpointCounter.NO_RESOURCE, 1); // its immediates wait
            return;
        }
        Peer peer = peers[number];
        Inbox predecessor = null;
        for (Inbox inbox : inboxes) {
            predecessor = inbox.peer() == number ? inbox : predecessor;
        }
        int former = peer.inboundIncarnation;
        peer.inboundIncarnation = incarnation;
        boolean restarted = former != 0 && former != incarnation;
        if (restarted) {
            if (predecessor != null) {
                predecessor.restarted();
            } else if (peer.claimEnd(former)) {
                tell(number, CompletionStatus.PEER_RESTARTED);
            }
        }
        Inbox[] more = Arrays.copyOf(inboxes, inboxes.length + 1);
        more[inboxes.length] = new Inbox(block, layout, slot, number, incarnation, restarted, predecessor);
        inboxes = more;
        tally.add(EndpointCounter.RELATIONS, 1);
    }

    /** Frees the slots of writers that are gone and whose immediates were all handed out. */
    private void removeGone() {
        Inbox[] all = inboxes;
        Inbox[] kept = new Inbox[all.length];
        int count = 0;
        for (Inbox inbox : all) {
            if (inbox.writer() == Inbox.Writer.HERE || !inbox.isEmpty() || completions.size() >= eventRoom) {
                kept[count++] = inbox;
                continue;
            }
            inbox.free();
            boolean told = inbox.writer() == Inbox.Writer.DIED || inbox.isRestarted();
            if (told && peers[inbox.peer()].claimEnd(inbox.incarnation())) {
                tell(inbox.peer(), inbox.endStatus());
            }
        }
        inboxes = Arrays.copyOf(kept, count);
    }

    private void tell(int peer, int status) {
        tally.add(
                status == CompletionStatus.PEER_GONE ? EndpointCounter.PEERS_GONE : EndpointCounter.PEERS_RESTARTED, 1);
        completions.put(Completion.PEER_EVENT, status, peer, 0, 0, 0);
    }

    @Override
    public int doWork() {
        return closed ? 0 : agent.doWork(peers, inboxes);
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
        for (Peer peer : peers) {
            Link link = peer.link();
            if (link != null) {
                peer.link(null);
                closeLink(link);
            }
        }
        agent.closeRetired(closeLink);
        block.unlink();
        synchronized (counters) {
            closed = true;
            peers = new Peer[0];
            inboxes = new Inbox[0];
            arena.close();
            block.close();
        }
    }

    /** Lets go of a link; what was sent by it stays counted. */
    private void closeLink(Link link) {
        synchronized (counters) {
            tally.add(EndpointCounter.DATA_SENT, link.messagesSent());
            tally.add(EndpointCounter.PAYLOAD_BYTES_SENT, link.bytesSent());
            link.close();
        }
    }

    /** Counts completed posts on their way to the application, and tells fences what it knows. */
    private final class Counting implements CompletionHandler {
        private CompletionHandler handler = this;

        @Override
        public void onCompletion(Completion completion) {
            if (completion.kind() == Completion.WRITE) {
                outstanding--;
                int status = completion.status();
                if (status != CompletionStatus.SUCCESS && status <= CompletionStatus.NO_PERMISSION) {
                    peers[completion.peer()].fences().told(completion.queue());
                }
            }
            handler.onCompletion(completion);
        }
    }

    /** What this endpoint's threads counted, and what was done in mapped memory, which stays mapped while somebody looks. */
    private final class AllCounters implements EndpointCounters {
        @Override
        public synchronized long get(EndpointCounter counter) {
            long own = tally.get(counter) + agent.tally().get(counter);
            for (Peer peer : peers) {
                Link link = peer.link();
                own += link == null ? 0 : sent(link, counter);
            }
            return closed ? own : own + byWriters(counter);
        }

        private long sent(Link link, EndpointCounter counter) {
            return switch (counter) {
                case DATA_SENT -> link.messagesSent();
                case PAYLOAD_BYTES_SENT -> link.bytesSent();
                default -> 0;
            };
        }

        private long byWriters(EndpointCounter counter) {
            boolean any = counter == EndpointCounter.DATA_ACCEPTED
                    || counter == EndpointCounter.PAYLOAD_BYTES_PLACED
                    || counter == EndpointCounter.ACCESS_ERROR
                    || counter == EndpointCounter.NO_RESOURCE;
            long sum = 0;
            for (int slot = 0; any && slot < slotsUsed(); slot++) {
                for (int number = 0; number < SegmentLayout.LANES; number++) {
                    long lane = block.address() + layout.lane(slot, number);
                    sum += switch (counter) {
                        case DATA_ACCEPTED -> Lane.messages(lane);
                        case PAYLOAD_BYTES_PLACED -> Lane.bytes(lane);
                        case ACCESS_ERROR -> Lane.refused(lane);
                        default -> Lane.noSlot(lane);
                    };
                }
            }
            return sum;
        }
    }

    /** Writers take the first free slot, so no more slots were ever used than writers came. */
    private int slotsUsed() {
        return Math.min(layout.peerSlots(), SegmentLayout.attachedAcquire(block.address()));
    }
}
