package io.heliograph.transport.endpoint;

import io.heliograph.transport.Clock;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounters;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MacAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.RandomSource;
import io.heliograph.transport.engine.Engines;
import io.heliograph.transport.engine.Peer;
import io.heliograph.transport.memory.Regions;
import io.heliograph.transport.path.PathState;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.rate.RateTables;
import io.heliograph.transport.wire.AinicLayout;
import io.heliograph.transport.wire.PacketSize;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The packet protocol over one or several ports: checks posts, hands them to its engines, and hands out what they completed. */
public final class PacketEndpoint implements Endpoint {
    private static final int MAX_ENGINES = 256;

    private final EndpointConfig config;
    private final Arena arena;
    private final Regions regions;
    private final Engines engines;
    private final int payloadBytes;

    /** Posts whose completion was not polled. */
    private int outstanding;

    private final Counting counting = new Counting();
    private boolean closed;

    private PacketEndpoint(
            EndpointConfig config, Clock clock, RandomSource random, List<? extends Port> ports, Arena arena) {
        this.config = config;
        this.arena = arena;
        regions = new Regions(config.maxRegions(), random);
        engines = new Engines(config, clock, random, ports, regions, arena);
        payloadBytes = PacketSize.maxPayload(
                ports.getFirst().info().mtuBytes(), config.address().isIpv4());
    }

    /**
     * An endpoint of one engine over an open port, which stays the caller's to close, after the endpoint.
     *
     * @param clock what timers go by; it must not be read by another thread at the same time unless it allows that
     * @param random where keys come from: a secure source if strangers can send to the port
     */
    public static PacketEndpoint open(EndpointConfig config, Clock clock, RandomSource random, Port port) {
        return open(config, clock, random, List.of(port));
    }

    /**
     * As {@link #open(EndpointConfig, Clock, RandomSource, Port)}, with an engine for each port, of the same MTU. {@link #doWork()} drives them all; or
     * each has a thread of its own that calls {@link #doWork(int)}.
     *
     * @throws IllegalArgumentException if there are no ports, more than 256, or ports of different MTU
     */
    public static PacketEndpoint open(
            EndpointConfig config, Clock clock, RandomSource random, List<? extends Port> ports) {
        return open(config, clock, random, ports, Arena.ofShared());
    }

    /**
     * As {@link #open(EndpointConfig, Clock, RandomSource, List)}, with memory from an arena that {@link #close()} closes.
     *
     * @param arena a confined one serves an endpoint that one thread opens, uses and closes: closing a shared one has every thread of the process stop for a moment
     */
    public static PacketEndpoint open(
            EndpointConfig config, Clock clock, RandomSource random, List<? extends Port> ports, Arena arena) {
        if (ports.isEmpty() || ports.size() > MAX_ENGINES) {
            throw new IllegalArgumentException("endpoint: " + ports.size()
                    + " ports; one for each engine, of which there are 1 to " + MAX_ENGINES);
        }
        for (Port port : ports) {
            if (port.info().mtuBytes() != ports.getFirst().info().mtuBytes()) {
                throw new IllegalArgumentException(
                        "endpoint: ports of different MTU: " + ports.getFirst().info() + " and " + port.info()
                                + "; any engine must be able to send any packet");
            }
        }
        return new PacketEndpoint(config, clock, random, ports, arena);
    }

    @Override
    public IpAddress address() {
        return config.address();
    }

    @Override
    public MemoryRegion register(MemorySegment memory, int access) {
        return regions.register(memory, access);
    }

    @Override
    public void deregister(MemoryRegion region) {
        regions.deregister(region);
        engines.awaitDutyCycles();
    }

    @Override
    public int addPeer(IpAddress address) {
        return numberPeer(address, null);
    }

    @Override
    public int addPeer(IpAddress address, MacAddress macAddress) {
        return numberPeer(address, macAddress);
    }

    private int numberPeer(IpAddress address, @Nullable MacAddress macAddress) {
        int number = engines.peers().add(address, macAddress);
        if (number < 0) {
            throw new IllegalStateException("table of peers is full: maxPeers=" + config.maxPeers() + " peerPlaces="
                    + config.peerPlaces() + "; open the endpoint with more");
        }
        return number;
    }

    @Override
    public IpAddress peerAddress(int peer) {
        return known(peer).address();
    }

    /**
     * Forbids a path to a peer (R11.3): after this returns, no packet is written for it. From any thread but one in the middle of {@link #doWork()}.
     *
     * @param entropy the UDP source port that selects it
     * @throws IllegalArgumentException if the peer is unknown, or the path not among its paths or the last one that is permitted; then nothing changed
     */
    public void denyPath(int peer, int entropy) {
        known(peer).denyPath(entropy);
        engines.awaitDutyCycles();
    }

    /**
     * Permits a path to a peer again; it starts as a good one. Any thread.
     *
     * @throws IllegalArgumentException if the peer is unknown, or the path not among its paths
     */
    public void permitPath(int peer, int entropy) {
        known(peer).permitPath(entropy);
    }

    /**
     * What an engine thinks of the paths to a peer: of entropy 0xC000 first, and so on. A snapshot, not taken all at one moment; any thread.
     *
     * @throws IllegalArgumentException if the peer or the engine is unknown
     */
    public List<PathState> pathStates(int peer, int engine) {
        if (engine < 0 || engine >= engines.count()) {
            throw new IllegalArgumentException(
                    "unknown engine: engine=" + engine + "; they are 0 to " + (engines.count() - 1));
        }
        return known(peer).pathStates(engine);
    }

    private Peer known(int peer) {
        Peer known = engines.peers().get(peer);
        if (known == null) {
            throw new IllegalArgumentException(
                    "unknown peer: peer=" + peer + "; a stranger's number ends when it gives way to another");
        }
        return known;
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
        if (queue < 0 || queue >= config.workQueues()) {
            return Post.UNKNOWN_QUEUE;
        }
        if (engines.peers().get(peer) == null) {
            return Post.UNKNOWN_PEER;
        }
        if (!source.holds(sourceOffset, lengthBytes) || !regions.table().contains(source)) {
            return Post.BAD_SOURCE;
        }
        if (lengthBytes > (long) AinicLayout.MAX_MESSAGE_PACKETS * payloadBytes) {
            return Post.TOO_LONG;
        }
        if (outstanding == config.submissionEntries()) {
            return Post.RING_FULL;
        }
        boolean offered = engines.submissions(queue)
                .offer(
                        withImmediate,
                        fenced,
                        queue,
                        peer,
                        source.address() + sourceOffset,
                        source.key(),
                        lengthBytes,
                        remoteAddress,
                        remoteKey,
                        immediate,
                        cookie);
        if (!offered) {
            return Post.RING_FULL;
        }
        outstanding++;
        return Post.OK;
    }

    @Override
    public int poll(CompletionHandler handler, int limit) {
        counting.handler = handler;
        return engines.poll(counting, limit);
    }

    /** As {@link #poll}, of own posts and events alone: for those who have no room for immediates at present, but always for what they posted. */
    public int pollPosts(CompletionHandler handler, int limit) {
        counting.handler = handler;
        return engines.pollPosts(counting, limit);
    }

    @Override
    public int doWork() {
        return engines.doWork();
    }

    @Override
    public long nextDeadlineNs() {
        return engines.nextDeadlineNs();
    }

    /** Engines there are, numbered from 0. */
    public int engineCount() {
        return engines.count();
    }

    /** As {@link #doWork()}, of one engine alone; always by the same thread. */
    public int doWork(int engine) {
        return engines.get(engine).doWork();
    }

    /** As {@link #nextDeadlineNs()}, of one engine alone; the thread of its {@link #doWork(int)}. */
    public long nextDeadlineNs(int engine) {
        return engines.get(engine).nextDeadlineNs();
    }

    @Override
    public EndpointCounters counters() {
        return engines;
    }

    /** Where rate tables are loaded and replaced while traffic runs (R12); any thread. */
    public RateTables rateTables() {
        return engines.rateTables();
    }

    /** The counters of one engine alone. */
    public EndpointCounters counters(int engine) {
        return engines.get(engine).counters();
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            engines.close();
            arena.close();
        }
    }

    /** Counts completed posts on their way to the application, so that the rings never hold more than they have room for. */
    private final class Counting implements CompletionHandler {
        private CompletionHandler handler = this;

        @Override
        public void onCompletion(Completion completion) {
            if (completion.kind() == Completion.WRITE) {
                outstanding--;
            }
            handler.onCompletion(completion);
        }
    }
}
