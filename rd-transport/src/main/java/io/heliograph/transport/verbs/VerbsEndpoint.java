package io.heliograph.transport.verbs;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.Completions;
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
import io.heliograph.transport.engine.Counters;
import io.heliograph.transport.port.LinkState;
import io.heliograph.transport.port.PortSpec;
import io.heliograph.transport.queue.SubmissionRing;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.function.UnaryOperator;

/**
 * WRITEs that an RDMA device carries by itself, through reliable connections (RC) that nobody sees: a queue pair for each peer and work queue is
 * made when something is posted, over a TCP connection to the peer's address and {@link EndpointConfig#udpPort}, and made anew after it
 * broke.
 *
 * <p>The rules of {@code PROTOCOL.md} hold, but for what is about packets; {@code VERBS.md} says where this endpoint differs. In particular keys are
 * the device's and not random; the target of a WRITE without immediate learns nothing of it, not even for its counters; an empty WRITE is
 * not checked; posts that were with the device when a connection broke for another reason than a refusal complete with {@link
 * io.heliograph.transport.CompletionStatus#PEER_GONE}, for they may or may not have been carried out. {@link EndpointConfig#windowPackets}, paths,
 * rates and flow control mean nothing here; a request counts as one packet.
 *
 * <p>Connections are made by a thread of the endpoint's own, which is idle but for that: {@link #doWork} never waits for the kernel. The
 * clock is read by that thread too.
 */
public final class VerbsEndpoint implements Endpoint {
    private static final int COMPLETIONS = 64;

    private final EndpointConfig config;
    private final Arena arena = Arena.ofShared();
    private final RdmaDevice device;
    private final VerbsRegions regions;
    private final Peers peers;
    private final Rendezvous rendezvous;
    private final SubmissionRing submissions;
    private final PostCompletions posts;
    private final Senders senders;
    private final Receivers receivers;
    private final Counters tally = new Counters();
    private final Counting counting = new Counting();
    private final Handler handler = new Handler();
    private final EndpointCounters counters;

    // The application's thread.
    private int outstanding;
    private boolean immediatesFirst;
    private boolean closed;

    private VerbsEndpoint(
            EndpointConfig config,
            Clock clock,
            RandomSource random,
            PortSpec.Verbs spec,
            UnaryOperator<DeviceEvents> listening) {
        this.config = config;
        peers = new Peers(config);
        device = new RdmaDevice(spec, config);
        try {
            regions = new VerbsRegions(device, config.maxRegions());
            ReceiveSlots slots = new ReceiveSlots(arena, device);
            int entries = config.submissionEntries();
            submissions = new SubmissionRing(arena, entries);
            posts = new PostCompletions(arena, config, peers, tally);
            Works works = new Works(entries);
            Requests requests = new Requests(arena, device, regions, works, entries);
            rendezvous = new Rendezvous(
                    arena, config, clock, random, device, listening.apply(device::nextEvent), regions, peers, slots);
            senders = new Senders(
                    config,
                    clock,
                    device,
                    rendezvous,
                    regions,
                    peers,
                    submissions,
                    posts,
                    requests,
                    works,
                    new Completions(arena, COMPLETIONS),
                    tally);
            receivers = new Receivers(arena, config, device, rendezvous, slots, tally);
            counters = counter -> tally.get(counter) + rendezvous.tally().get(counter);
            rendezvous.start();
        } catch (RuntimeException e) {
            device.close();
            arena.close();
            throw e;
        }
    }

    /**
     * Opens an endpoint.
     *
     * @param config its address is one of the device's GIDs, and not of link-local scope
     * @param clock what timers go by; it may be read by two threads at a time
     * @param random where first packet sequence numbers come from; read by the endpoint's own thread alone
     * @param spec the device
     * @throws EnvironmentException if RDMA support, the device, such a GID, lockable memory or the TCP port is missing
     */
    public static VerbsEndpoint open(EndpointConfig config, Clock clock, RandomSource random, PortSpec.Verbs spec) {
        return open(config, clock, random, spec, UnaryOperator.identity());
    }

    /** The same with something between the device's events and who acts on them, as devices that fail are rare. */
    static VerbsEndpoint open(
            EndpointConfig config,
            Clock clock,
            RandomSource random,
            PortSpec.Verbs spec,
            UnaryOperator<DeviceEvents> listening) {
        return new VerbsEndpoint(config, clock, random, spec, listening);
    }

    /**
     * The address that an endpoint of a device has unless the user chose another: an IPv4 one first.
     *
     * @throws EnvironmentException if RDMA support, the device, or a RoCE v2 GID of more than link-local scope is missing
     */
    public static IpAddress addressOf(PortSpec.Verbs spec) {
        return RdmaDevice.addressOf(spec);
    }

    @Override
    public IpAddress address() {
        return config.address();
    }

    /**
     * As {@link Endpoint#register}; the memory is locked, and the key is the device's.
     *
     * @throws EnvironmentException if the device does not take the memory, for want of lockable memory above all
     */
    @Override
    public MemoryRegion register(MemorySegment memory, int access) {
        return regions.register(memory, access);
    }

    /**
     * As {@link Endpoint#deregister}. If posts that are with the device still read from the region, their connection breaks, and takes other
     * posts of the same queue and peer along.
     */
    @Override
    public void deregister(MemoryRegion region) {
        regions.deregister(region);
    }

    @Override
    public int addPeer(IpAddress address) {
        return peers.add(address).number;
    }

    @Override
    public int addPeer(IpAddress address, MacAddress macAddress) {
        return addPeer(address);
    }

    @Override
    public IpAddress peerAddress(int peer) {
        Peer[] all = peers.all();
        if (peer < 0 || peer >= all.length) {
            throw new IllegalArgumentException("nobody's number: peer=" + peer);
        }
        return all[peer].address;
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
        if (Integer.compareUnsigned(queue, config.workQueues()) >= 0) {
            return Post.UNKNOWN_QUEUE;
        }
        if (peer < 0 || peer >= peers.all().length) {
            return Post.UNKNOWN_PEER;
        }
        if (!source.holds(sourceOffset, lengthBytes) || !regions.contains(source)) {
            return Post.BAD_SOURCE;
        }
        boolean offered = outstanding < config.submissionEntries()
                && submissions.offer(
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
    public int poll(CompletionHandler to, int limit) {
        if (closed) {
            return 0;
        }
        // In turns, so that neither starves the other when the limit is small.
        immediatesFirst = !immediatesFirst;
        counting.handler = to;
        int count = immediatesFirst ? receivers.poll(to, limit) : 0;
        count += posts.poll(counting, limit - count);
        return immediatesFirst ? count : count + receivers.poll(to, limit - count);
    }

    @Override
    public int doWork() {
        if (closed) {
            return 0;
        }
        // What is told after immediates were taken tells of every queue pair that they came through.
        int arrived = receivers.take();
        int work = rendezvous.deliver(handler);
        receivers.handle(arrived);
        work += Math.max(arrived, 0) + senders.doWork();
        posts.tellEvents();
        return work;
    }

    /**
     * Waits until the device completes something, or for so long: for threads that share a processor, where one that
     * polls takes as much of it as those that have work. Nothing is handed to the application: poll as ever. What the endpoint's own thread has to
     * say, such as that a connection is there, waits until the next {@link #doWork}. Thread of doWork; some system calls and a few objects each time.
     *
     * @param timeoutMs 0 only looks
     * @throws EnvironmentException if the device takes no such wish
     */
    public void awaitCompletion(int timeoutMs) {
        if (closed || rendezvous.isDeviceGone()) {
            return;
        }
        device.requestEvents();
        if (doWork() == 0) {
            device.awaitEvent(timeoutMs);
        }
    }

    /**
     * Whether packets can get anywhere, by what the device last reported of its port, some 200 ms ago at most: {@link LinkState#DOWN} as well once
     * the device has gone. Posts go on until the device gives up on them. Any thread.
     */
    public LinkState linkState() {
        return rendezvous.isLinkUp() ? LinkState.UP : LinkState.DOWN;
    }

    /** Of the queue pair that carries posts to a peer, as events name it; 0 if there is none. Thread of doWork. */
    long queuePairAddress(int peer, int queue) {
        return senders.queuePairAddress(peer, queue);
    }

    @Override
    public long nextDeadlineNs() {
        return senders.nextDeadlineNs();
    }

    @Override
    public EndpointCounters counters() {
        return counters;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            rendezvous.close();
            regions.clear();
            device.close();
            arena.close();
        }
    }

    private final class Handler implements Outcomes {
        @Override
        public void connected(Initiation initiation, int incarnation, int reason) {
            senders.connected(initiation, incarnation, reason);
        }

        @Override
        public void ended(Initiation initiation) {
            senders.ended(initiation);
        }

        @Override
        public void accepted(ReceiveLane lane, int incarnation) {
            posts.learn(lane.peer, incarnation);
            receivers.accepted(lane);
        }

        @Override
        public void ended(ReceiveLane lane) {
            receivers.ended(lane);
        }
    }

    /** Counts completed posts on their way to the application, so that the ring never holds more than it has room for. */
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
