package io.heliograph.transport.rules;

import com.sun.management.ThreadMXBean;
import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionHandler;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.FaultConfig;
import io.heliograph.transport.port.FaultInjectorPort;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.simulation.VirtualClock;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;

/** Counts the heap bytes of two endpoints that write to each other, over a link that loses one frame in a hundred; usable as a program. */
final class AllocationProbe implements AutoCloseable, CompletionHandler {
    /** What was measured. */
    record Result(long packets, long retransmissions, long heapBytes) {}

    private static final int MTU_BYTES = 1500;
    private static final int MESSAGE_BYTES = 5_000;
    private static final int QUEUES = 4;
    /** Posts of each side in each step: what the link carries; and far more, so that pools grow to what they can ever need. */
    private static final int POSTS = 4;

    private static final int MANY_POSTS = 512;
    private static final int WARM_UP_MESSAGES = 10_000;
    private static final int MESSAGES = 10_000;
    private static final int PERIODS = 5;
    private static final long STEP_NS = 1_000;

    private final VirtualClock clock = new VirtualClock();
    private final Arena arena = Arena.ofConfined();
    private final PortPair ports = MemoryPort.pair(MTU_BYTES);
    private final FaultInjectorPort leftPort = lossy(ports.left(), 1);
    private final FaultInjectorPort rightPort = lossy(ports.right(), 2);
    private final PacketEndpoint left = open(1, leftPort);
    private final PacketEndpoint right = open(2, rightPort);
    private final MemoryRegion leftRegion = region(left);
    private final MemoryRegion rightRegion = region(right);
    private final int leftsPeer = left.addPeer(right.address());
    private final int rightsPeer = right.addPeer(left.address());
    private int posted;
    private int completed;
    private int fired;

    private FaultInjectorPort lossy(Port port, long seed) {
        return new FaultInjectorPort(port, new FaultConfig(0.01, 0.01, 0.01, 0, 0.001, 128, 0, 0, seed), clock);
    }

    private PacketEndpoint open(int lastByte, FaultInjectorPort port) {
        EndpointConfig config =
                EndpointConfig.of(IpAddress.ofIpv4(0xC612_0000 | lastByte)).withIncarnation(1);
        return PacketEndpoint.open(config, clock, new SeededRandom(lastByte), port);
    }

    private MemoryRegion region(PacketEndpoint endpoint) {
        return endpoint.register(arena.allocate(2L * MESSAGE_BYTES, 64), MemoryRegion.REMOTE_WRITE);
    }

    private void run(int messages, int posts) {
        int end = posted + messages;
        while (completed < end) {
            for (int i = 0; i < posts && posted < end; i++) {
                post(left, leftsPeer, leftRegion, rightRegion);
                post(right, rightsPeer, rightRegion, leftRegion);
            }
            int work = left.doWork() + right.doWork();
            left.poll(this, Integer.MAX_VALUE);
            right.poll(this, Integer.MAX_VALUE);
            clock.advance(STEP_NS);
            if (work == 0) {
                long nextNs = Math.min(left.nextDeadlineNs(), right.nextDeadlineNs());
                clock.advanceTo(Math.min(nextNs, Math.min(leftPort.nextDeadlineNs(), rightPort.nextDeadlineNs())));
            }
        }
    }

    private void post(PacketEndpoint from, int peer, MemoryRegion source, MemoryRegion target) {
        int queue = posted & QUEUES - 1;
        int code = (posted >> 2 & 1) == 0
                ? from.write(queue, peer, source, 0, MESSAGE_BYTES, target.address(), target.key(), posted)
                : from.writeImm(
                        queue, peer, source, 0, MESSAGE_BYTES, target.address(), target.key(), 7, queue == 0, posted);
        if (code == Post.OK) {
            posted++;
        }
    }

    @Override
    public void onCompletion(Completion completion) {
        if (completion.status() != CompletionStatus.SUCCESS) {
            throw new IllegalStateException(CompletionStatus.describe(completion.status()));
        }
        if (completion.kind() == Completion.WRITE) {
            completed++;
        } else {
            fired++;
        }
    }

    private long both(EndpointCounter counter) {
        return left.counters().get(counter) + right.counters().get(counter);
    }

    /**
     * The first period without an allocation, or the last. The virtual machine links and compiles now and then, on this thread's account; but all that we do
     * happens hundreds of times in each period.
     */
    Result measure() {
        run(WARM_UP_MESSAGES, MANY_POSTS);
        Result result = measurePeriod();
        for (int i = 1; i < PERIODS && result.heapBytes() > 0; i++) {
            result = measurePeriod();
        }
        return result;
    }

    private Result measurePeriod() {
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long packets = both(EndpointCounter.DATA_SENT);
        long retransmissions = both(EndpointCounter.RETRANSMITTED);
        int firedBefore = fired;
        long before = thread.getCurrentThreadAllocatedBytes();
        run(MESSAGES, POSTS);
        long heapBytes = thread.getCurrentThreadAllocatedBytes() - before;
        if (fired == firedBefore) {
            throw new IllegalStateException("no immediate fired");
        }
        return new Result(
                both(EndpointCounter.DATA_SENT) - packets,
                both(EndpointCounter.RETRANSMITTED) - retransmissions,
                heapBytes);
    }

    @Override
    public void close() {
        left.close();
        right.close();
        leftPort.close();
        rightPort.close();
        arena.close();
    }

    /** Prints what was measured: packets, retransmissions and heap bytes. */
    public static void main(String[] args) {
        try (AllocationProbe probe = new AllocationProbe()) {
            Result result = probe.measure();
            System.out.println(result.packets() + " " + result.retransmissions() + " " + result.heapBytes());
        }
    }
}
