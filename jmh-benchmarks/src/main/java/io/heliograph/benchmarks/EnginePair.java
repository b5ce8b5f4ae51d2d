package io.heliograph.benchmarks;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A sender of several engines and what it sends to, with a memory port between an engine and its opposite, and WRITEs of 256 KiB under
 * way: whoever calls {@link #turn} for an engine does both ends' work of it, and one of them the application's by {@link #post}.
 */
final class EnginePair implements AutoCloseable, CompletionHandler {

    /** What the engines have in common. */
    enum Sharing {
        /** Nothing but their endpoint: each has a work queue and sends to a peer of its own. */
        ENDPOINT("a peer for each engine"),
        /** Each has a work queue; all send to one peer that has as many engines. */
        PEER("a work queue for each engine, one peer"),
        /** All send packets of each message to that peer. */
        MESSAGES("messages striped over the engines, one peer");

        private final String title;

        Sharing(String title) {
            this.title = title;
        }

        /** In words. */
        String title() {
            return title;
        }
    }

    private static final int MTU_BYTES = 1_500;
    /** Few: 2,048 of each engine would fill the caches, and who has more engines would pay for more memory. */
    private static final int FRAMES_PER_SIDE = 256;

    private static final int RING_ENTRIES = 256;
    private static final int MESSAGE_BYTES = 1 << 18;
    private static final int OUTSTANDING_PER_ENGINE = 64;
    private static final int NEVER_STRIPED_PACKETS = 1 << 20;
    // A pair that waits for its turn is not gone.
    private static final long PEER_TIMEOUT_NS = TimeUnit.HOURS.toNanos(1);

    private final int engines;
    private final int queues;
    private final Arena arena = Arena.ofShared();
    private final List<PortPair> wires = new ArrayList<>();
    private final PacketEndpoint left;
    private final List<PacketEndpoint> rights = new ArrayList<>();
    private final List<MemoryRegion> targets = new ArrayList<>();
    private final int[] peers;
    private final MemoryRegion source;
    /** WRITEs under way, by work queue. */
    private final int[] outstanding;

    /** The sender has so many engines; each receiver has one, or the only receiver has as many. */
    EnginePair(int engines, Sharing sharing) {
        this.engines = engines;
        this.queues = sharing == Sharing.MESSAGES ? 1 : engines;
        outstanding = new int[queues];
        for (int engine = 0; engine < engines; engine++) {
            wires.add(MemoryPort.pair(MTU_BYTES, FRAMES_PER_SIDE, RING_ENTRIES));
        }
        left = open(1, wires.stream().map(PortPair::left).toList(), sharing);
        source = left.register(arena.allocate((long) engines * MESSAGE_BYTES, 64), 0);
        List<Port> opposite = wires.stream().map(PortPair::right).toList();
        if (sharing == Sharing.ENDPOINT) {
            opposite.forEach(port -> rights.add(open(2 + rights.size(), List.of(port), sharing)));
        } else {
            rights.add(open(2, opposite, sharing));
        }
        peers = new int[rights.size()];
        for (int i = 0; i < peers.length; i++) {
            PacketEndpoint right = rights.get(i);
            targets.add(right.register(arena.allocate((long) engines * MESSAGE_BYTES, 64), MemoryRegion.REMOTE_WRITE));
            peers[i] = left.addPeer(right.address());
        }
    }

    private PacketEndpoint open(int number, List<Port> ports, Sharing sharing) {
        EndpointConfig config = EndpointConfig.of(IpAddress.parse("198.18.0." + number))
                .withWorkQueues(queues)
                .withPeerTimeoutNs(PEER_TIMEOUT_NS);
        return PacketEndpoint.open(
                sharing == Sharing.MESSAGES ? config : config.withStripePackets(NEVER_STRIPED_PACKETS),
                SystemClock.INSTANCE,
                new SeededRandom(number),
                ports);
    }

    /** A duty cycle of an engine's both ends; a positive count if there was something to do. */
    int turn(int engine) {
        return left.doWork(engine)
                + (rights.size() == 1
                        ? rights.getFirst().doWork(engine)
                        : rights.get(engine).doWork(0));
    }

    /** Polls completions and posts as many WRITEs anew; one thread at a time. */
    void post() {
        for (int queue = 0; queue < queues; queue++) {
            // A limit for each, so that no engine waits for another one's.
            while (outstanding[queue] < engines / queues * OUTSTANDING_PER_ENGINE) {
                post(queue);
            }
        }
        int ignored = left.poll(this, engines * OUTSTANDING_PER_ENGINE);
    }

    private void post(int queue) {
        int receiver = queue % peers.length;
        // With one queue for all engines, the messages use the memory of all in turn.
        long offset = (queues == 1 ? outstanding[queue] % engines : queue) * (long) MESSAGE_BYTES;
        MemoryRegion target = targets.get(receiver);
        int code = left.write(
                queue, peers[receiver], source, offset, MESSAGE_BYTES, target.address() + offset, target.key(), queue);
        if (code != Post.OK) {
            throw new IllegalStateException("not posted: " + Post.describe(code));
        }
        outstanding[queue]++;
    }

    @Override
    public void onCompletion(Completion completion) {
        if (completion.status() != CompletionStatus.SUCCESS) {
            throw new IllegalStateException("WRITE failed: " + CompletionStatus.describe(completion.status()));
        }
        outstanding[completion.queue()]--;
    }

    /** Data packets that the engine sent so far for the first time. */
    long packets(int engine) {
        return left.counters(engine).get(EndpointCounter.DATA_SENT)
                - left.counters(engine).get(EndpointCounter.RETRANSMITTED);
    }

    @Override
    public void close() {
        left.close();
        rights.forEach(PacketEndpoint::close);
        wires.forEach(PortPair::close);
        arena.close();
    }
}
