package io.heliograph.transport.path;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.simulation.VirtualClock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.function.BooleanSupplier;

/** Two endpoints of one or several engines over links of many paths, in virtual time; the left one writes all it can, and every byte is looked at. */
final class MultipathPair implements AutoCloseable, CompletionHandler {
    static final long RTT_NS = 100_000;
    /** Of each engine's link. */
    static final long GAP_NS = 500;

    private static final long STEP_NS = 500;
    private static final int MTU_BYTES = 576;
    private static final int FRAMES = 8192;
    private static final int MESSAGE_BYTES = 2_000;
    private static final int SLOTS = 256;

    final VirtualClock clock = new VirtualClock();
    final List<MultipathPort> forth = new ArrayList<>();
    final List<MultipathPort> back = new ArrayList<>();
    final PacketEndpoint left;
    final PacketEndpoint right;
    final int peer;
    private final int paths;
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment source = arena.allocate((long) SLOTS * MESSAGE_BYTES, 64);
    private final MemorySegment target = arena.allocate((long) SLOTS * MESSAGE_BYTES, 64);
    private final MemoryRegion sourceRegion;
    private final MemoryRegion targetRegion;
    private final Queue<Integer> freeSlots = new ArrayDeque<>();
    private byte pattern;
    private boolean stopped;
    long posted;
    long completed;

    MultipathPair(PathConfig config, int engines, long seed) {
        paths = config.paths();
        for (int i = 0; i < engines; i++) {
            PortPair pair = MemoryPort.pair(MTU_BYTES, FRAMES, FRAMES);
            forth.add(new MultipathPort(pair.left(), clock, paths, RTT_NS / 2, GAP_NS, seed + i));
            back.add(new MultipathPort(pair.right(), clock, paths, RTT_NS / 2, GAP_NS, seed - i - 1));
        }
        left = open(1, config, seed, forth);
        right = open(2, config, seed + 1, back);
        peer = left.addPeer(right.address());
        sourceRegion = left.register(source, 0);
        targetRegion = right.register(target, MemoryRegion.REMOTE_WRITE);
        for (int i = 0; i < SLOTS; i++) {
            freeSlots.add(i);
        }
    }

    private PacketEndpoint open(int lastByte, PathConfig paths, long seed, List<MultipathPort> ports) {
        EndpointConfig config = EndpointConfig.of(IpAddress.ofIpv4(0xC612_0000 | lastByte))
                .withIncarnation(1)
                .withStripePackets(2)
                .withPaths(paths);
        return PacketEndpoint.open(config, clock, new SeededRandom(seed), ports);
    }

    /** Writes for so long. */
    void run(long durationNs) {
        long endNs = clock.nowNs() + durationNs;
        while (clock.nowNs() < endNs) {
            step(endNs);
        }
    }

    /** Writes nothing new and waits for the rest; returns how long that took, or -1 if longer than that. */
    long drain(long withinNs) {
        stopped = true;
        long beganNs = clock.nowNs();
        while (completed < posted && clock.nowNs() < beganNs + withinNs) {
            step(beganNs + withinNs);
        }
        stopped = false;
        return completed < posted ? -1 : clock.nowNs() - beganNs;
    }

    private void step(long endNs) {
        while (!stopped && !freeSlots.isEmpty()) {
            post(freeSlots.remove());
        }
        int work = left.doWork() + right.doWork();
        left.poll(this, Integer.MAX_VALUE);
        clock.advance(STEP_NS);
        if (work == 0) {
            long nextNs = Math.min(left.nextDeadlineNs(), right.nextDeadlineNs());
            for (int i = 0; i < forth.size(); i++) {
                nextNs = Math.min(
                        nextNs,
                        Math.min(forth.get(i).nextDeadlineNs(), back.get(i).nextDeadlineNs()));
            }
            clock.advanceTo(Math.min(endNs, nextNs));
        }
    }

    private void post(int slot) {
        long offset = (long) slot * MESSAGE_BYTES;
        source.asSlice(offset, MESSAGE_BYTES).fill(++pattern);
        int code = left.write(
                slot % 4,
                peer,
                sourceRegion,
                offset,
                MESSAGE_BYTES,
                targetRegion.address() + offset,
                targetRegion.key(),
                slot);
        assertEquals(Post.OK, code);
        posted++;
    }

    @Override
    public void onCompletion(Completion completion) {
        assertEquals(
                CompletionStatus.SUCCESS, completion.status(), () -> CompletionStatus.describe(completion.status()));
        long offset = completion.cookie() * MESSAGE_BYTES;
        MemorySegment sent = source.asSlice(offset, MESSAGE_BYTES);
        assertEquals(-1, sent.mismatch(target.asSlice(offset, MESSAGE_BYTES)), "placed");
        assertEquals(
                sent.get(ValueLayout.JAVA_BYTE, 0), target.get(ValueLayout.JAVA_BYTE, offset), "placed at the start");
        completed++;
        freeSlots.add((int) completion.cookie());
    }

    /** The way out of the first engine with this entropy. */
    MultipathPort.Path path(int place) {
        return forth.getFirst().paths[place];
    }

    PathState state(int place) {
        return left.pathStates(peer, 0).get(place);
    }

    long inState(PathState state) {
        return left.pathStates(peer, 0).stream().filter(each -> each == state).count();
    }

    /** Writes until something is so; returns how long that took, or -1 if longer than that. */
    long until(BooleanSupplier done, long withinNs) {
        long beganNs = clock.nowNs();
        while (!done.getAsBoolean()) {
            if (clock.nowNs() - beganNs > withinNs) {
                return -1;
            }
            run(RTT_NS / 20);
        }
        return clock.nowNs() - beganNs;
    }

    void mark() {
        forth.forEach(MultipathPort::mark);
        back.forEach(MultipathPort::mark);
    }

    long count(EndpointCounter counter) {
        return left.counters().get(counter);
    }

    String figures() {
        long sent = 0;
        long dropped = 0;
        for (MultipathPort port : forth) {
            sent += port.sent();
            dropped += port.dropped();
        }
        return String.format(
                Locale.ROOT,
                "paths=%d sent=%d dropped=%d completed=%d retransmitted=%d suspected=%d bad=%d returned=%d probes=%d",
                paths,
                sent,
                dropped,
                completed,
                count(EndpointCounter.RETRANSMITTED),
                count(EndpointCounter.PATHS_SUSPECTED),
                count(EndpointCounter.PATHS_ASSUMED_BAD),
                count(EndpointCounter.PATHS_RETURNED),
                count(EndpointCounter.PATH_PROBE_SENT));
    }

    @Override
    public void close() {
        left.close();
        right.close();
        forth.forEach(MultipathPort::close);
        back.forEach(MultipathPort::close);
        arena.close();
    }
}
