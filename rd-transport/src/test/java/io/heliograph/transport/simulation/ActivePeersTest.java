package io.heliograph.transport.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.PathConfig;
import io.heliograph.transport.PathSpray;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import java.lang.foreign.Arena;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** A duty cycle costs what happens in it: as much with thousands of peers that something is asked of as with one. */
class ActivePeersTest {
    private static final int[] PEERS = {1, 64, 1_024, 4_096};
    private static final int MTU_BYTES = 1500;
    private static final int BATCH_CYCLES = 64;
    private static final int ROUNDS = 9;
    private static final int BATCHES = 200;
    /** So that nobody's timer expires while a batch is timed, but for some batches that are the slower ones. */
    private static final long CYCLE_NS = 1_000;

    private static final long NOBODY_IS_GONE_NS = 1L << 50;
    /** Measured are 1.0 to 1.3, by caches; a look at each peer makes it more than 50. */
    private static final double TOLERANCE = 3;

    /** One endpoint and its busy peer; all others are addresses that nobody has. */
    private static final class Bench implements AutoCloseable, CompletionHandler {
        private final VirtualClock clock = new VirtualClock();
        private final Arena arena = Arena.ofConfined();
        private final PortPair wire = MemoryPort.pair(MTU_BYTES);
        private final PacketEndpoint left;
        private final PacketEndpoint right;
        private final MemoryRegion source;
        private final MemoryRegion target;
        private final int busy;
        private int completed;

        Bench(int peers) {
            left = open(1, peers);
            right = open(2, peers);
            source = left.register(arena.allocate(64, 64), 0);
            target = right.register(arena.allocate(64, 64), MemoryRegion.REMOTE_WRITE);
            busy = left.addPeer(right.address());
            for (int i = 1; i < peers; i++) {
                post(left.addPeer(IpAddress.ofIpv4(0xC613_0000 + i)));
                cycle();
            }
            // As many duty cycles as it takes to send to each of them.
            for (int i = 0; i < 10 * BATCH_CYCLES; i++) {
                busyCycle();
            }
            assertTrue(completed > BATCH_CYCLES, "the busy peer is not");
        }

        private PacketEndpoint open(int number, int peers) {
            EndpointConfig config = EndpointConfig.of(IpAddress.ofIpv4(0xC612_0000 | number))
                    .withIncarnation(1)
                    .withWindowPackets(64)
                    .withMaxPeers(peers + 1)
                    .withSubmissionEntries(1 << 13)
                    .withPeerTimeoutNs(NOBODY_IS_GONE_NS)
                    .withPaths(PathConfig.of(PathSpray.OBLIVIOUS));
            return PacketEndpoint.open(
                    config, clock, new SeededRandom(number), number == 1 ? wire.left() : wire.right());
        }

        private void post(int peer) {
            int code = left.write(0, peer, source, 0, 64, target.address(), target.key(), peer);
            assertEquals(Post.OK, code, () -> Post.describe(code));
        }

        private void busyCycle() {
            post(busy);
            cycle();
        }

        private void cycle() {
            left.doWork();
            right.doWork();
            left.doWork();
            left.poll(this, Integer.MAX_VALUE);
            clock.advanceTo(Math.min(left.nextDeadlineNs(), clock.nowNs() + CYCLE_NS));
            clock.advance(1);
        }

        @Override
        public void onCompletion(Completion completion) {
            completed++;
        }

        /** The least of many batches: what no other process disturbed. */
        double nsPerCycle() {
            long leastNs = Long.MAX_VALUE;
            for (int i = 0; i < BATCHES; i++) {
                long startNs = SystemClock.INSTANCE.nowNs();
                for (int cycle = 0; cycle < BATCH_CYCLES; cycle++) {
                    busyCycle();
                }
                leastNs = Math.min(leastNs, SystemClock.INSTANCE.nowNs() - startNs);
            }
            return (double) leastNs / BATCH_CYCLES;
        }

        @Override
        public void close() {
            left.close();
            right.close();
            wire.close();
            arena.close();
        }
    }

    @Test
    void shouldCostTheSameWhenThousandsOfOtherPeersAreWaitedFor() {
        double[] leastNs = new double[PEERS.length];
        for (int i = 0; i < PEERS.length; i++) {
            leastNs[i] = Double.MAX_VALUE;
        }
        Bench[] benches = new Bench[PEERS.length];
        try {
            for (int i = 0; i < PEERS.length; i++) {
                benches[i] = new Bench(PEERS[i]);
            }
            for (int round = 0; round < ROUNDS; round++) {
                for (int i = 0; i < PEERS.length; i++) {
                    leastNs[i] = Math.min(leastNs[i], benches[i].nsPerCycle());
                }
            }
        } finally {
            for (Bench bench : benches) {
                if (bench != null) {
                    bench.close();
                }
            }
        }
        StringBuilder table = new StringBuilder("active peers, ns of a cycle of both ends with one of them busy:");
        for (int i = 0; i < PEERS.length; i++) {
            table.append(String.format(Locale.ROOT, " %d: %.0f", PEERS[i], leastNs[i]));
        }
        System.out.println(table);
        assertTrue(leastNs[PEERS.length - 1] <= TOLERANCE * leastNs[0], table::toString);
    }
}
