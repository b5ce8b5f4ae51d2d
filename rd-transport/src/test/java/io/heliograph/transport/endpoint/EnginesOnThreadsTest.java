package io.heliograph.transport.endpoint;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.FaultInjectorPort;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.YieldingIdleStrategy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Several engines at each end, each on a thread of its own, with losses, while one application thread posts: every byte arrives, every post completes once, and fenced
 * immediates come in the order of their posts.
 */
class EnginesOnThreadsTest {
    private static final int ENGINES = 3;
    private static final int QUEUES = 4;
    private static final int MESSAGES = 6_000;
    private static final int SLOT_BYTES = 1 << 18;
    private static final int SLOTS = 32;

    private final Arena arena = Arena.ofShared();
    private final MemorySegment source = arena.allocate(SLOT_BYTES * (SLOTS + 1L), 64);
    private final MemorySegment target = arena.allocate((long) SLOT_BYTES * SLOTS, 64);
    private final SeededRandom random = new SeededRandom(System.nanoTime());
    private final int[] lengths = new int[SLOTS];
    private final long[] sourceOffsets = new long[SLOTS];
    private final int[] expectedImmediate = new int[QUEUES];
    private int completed;
    private int immediates;

    @Test
    @Timeout(120)
    void shouldDeliverEverythingOnceWhenEnginesRunOnThreads() {
        run(false);
    }

    @Test
    @Timeout(120)
    void shouldDeliverEverythingOnceWhenFramesComeToOtherEngines() {
        run(true);
    }

    private void run(boolean astray) {
        for (long i = 0; i < source.byteSize(); i += 8) {
            source.set(ValueLayout.JAVA_LONG, i, random.nextLong());
        }
        List<FaultInjectorPort> leftPorts = new ArrayList<>();
        List<FaultInjectorPort> rightPorts = new ArrayList<>();
        for (int i = 0; i < ENGINES; i++) {
            PortPair pair = MemoryPort.pair(1500, 2048, 512);
            leftPorts.add(faulty(pair.left()));
            rightPorts.add(faulty(pair.right()));
        }
        if (astray) {
            Collections.rotate(rightPorts, 1);
        }
        try (PacketEndpoint left = open(1, leftPorts);
                PacketEndpoint right = open(2, rightPorts)) {
            AtomicReference<Throwable> failure = new AtomicReference<>();
            List<AgentRunner> runners = new ArrayList<>();
            for (PacketEndpoint endpoint : List.of(left, right)) {
                for (int engine = 0; engine < ENGINES; engine++) {
                    AgentRunner runner = new AgentRunner(
                            YieldingIdleStrategy.INSTANCE, failure::set, null, new EndpointAgent(endpoint, engine));
                    AgentRunner.startOnThread(runner);
                    runners.add(runner);
                }
            }
            try {
                drive(left, right, failure);
            } finally {
                runners.forEach(AgentRunner::close);
            }
            assertEquals(null, failure.get());
            assertTrue(left.counters().get(EndpointCounter.RETRANSMITTED) > 0, "nothing was lost");
            for (int engine = 0; engine < ENGINES; engine++) {
                assertTrue(left.counters(engine).get(EndpointCounter.DATA_SENT) > 0, "engine " + engine + " idle");
            }
            assertEquals(astray, right.counters().get(EndpointCounter.HANDED_OVER) > 0);
        } finally {
            leftPorts.forEach(FaultInjectorPort::close);
            rightPorts.forEach(FaultInjectorPort::close);
            arena.close();
        }
    }

    private FaultInjectorPort faulty(io.heliograph.transport.port.Port port) {
        return new FaultInjectorPort(
                port,
                FaultConfig.parse("loss=0.01,dup=0.01,reorder=0.02,seed=" + random.nextInt(1 << 30)),
                SystemClock.INSTANCE);
    }

    private PacketEndpoint open(int number, List<FaultInjectorPort> ports) {
        EndpointConfig config =
                EndpointConfig.of(IpAddress.parse("198.18.0." + number)).withStripePackets(8);
        return PacketEndpoint.open(config, SystemClock.INSTANCE, random, ports);
    }

    private void drive(PacketEndpoint left, PacketEndpoint right, AtomicReference<Throwable> failure) {
        MemoryRegion from = left.register(source, 0);
        MemoryRegion to = right.register(target, MemoryRegion.REMOTE_WRITE);
        int peer = left.addPeer(right.address());
        boolean[] busy = new boolean[SLOTS];
        Arrays.fill(expectedImmediate, 0);
        int[] sentImmediates = new int[QUEUES];
        int posted = 0;
        while (completed < MESSAGES || immediates < sum(sentImmediates)) {
            if (failure.get() != null) {
                return;
            }
            int slot = posted % SLOTS;
            if (posted < MESSAGES && !busy[slot]) {
                int queue = random.nextInt(QUEUES);
                // Mostly short, some of many packets.
                lengths[slot] = random.nextInt(random.nextInt(10) == 0 ? SLOT_BYTES : 4096);
                sourceOffsets[slot] = 8L * random.nextInt(SLOT_BYTES / 8);
                int result = left.writeImm(
                        queue,
                        peer,
                        from,
                        sourceOffsets[slot],
                        lengths[slot],
                        to.address() + (long) slot * SLOT_BYTES,
                        to.key(),
                        sentImmediates[queue]++ << 8 | queue,
                        true,
                        slot);
                assertEquals(Post.OK, result);
                busy[slot] = true;
                posted++;
            }
            left.poll(c -> onPosted(c, busy), 64);
            right.poll(this::onImmediate, 64);
            Thread.onSpinWait();
        }
        assertEquals(MESSAGES, completed);
        assertEquals(MESSAGES, immediates);
    }

    private static int sum(int[] values) {
        return Arrays.stream(values).sum();
    }

    private void onPosted(Completion c, boolean[] busy) {
        assertEquals(Completion.WRITE, c.kind());
        assertEquals(CompletionStatus.SUCCESS, c.status());
        int slot = (int) c.cookie();
        assertTrue(busy[slot]);
        busy[slot] = false;
        completed++;
        long difference = target.asSlice((long) slot * SLOT_BYTES, lengths[slot])
                .mismatch(source.asSlice(sourceOffsets[slot], lengths[slot]));
        assertEquals(-1, difference, "slot " + slot);
    }

    private void onImmediate(Completion c) {
        assertEquals(Completion.IMMEDIATE, c.kind());
        int queue = c.immediate() & 0xFF;
        assertEquals(expectedImmediate[queue]++, c.immediate() >>> 8, "queue " + queue);
        immediates++;
    }
}
