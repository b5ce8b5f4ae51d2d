package io.heliograph.transport.endpoint;

import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.port.VerbsTesting;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The packet protocol over datagrams of two RDMA devices that are joined; skipped where there are none. */
final class PacketPairOverVerbs implements EndpointContractTest.Pair {
    private static final int ENTRIES = 64;
    private static final int MTU_BYTES = 1500;
    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(180);
    /** An emulated processor stands still for long. */
    private static final long PEER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(20);

    private final PortPair ports = VerbsTesting.openPair(MTU_BYTES);
    private final Arena memory = Arena.ofShared();
    private final PacketEndpoint left = endpoint(ports.left(), 1);
    private final PacketEndpoint right = endpoint(ports.right(), 2);

    private boolean rightOpen = true;

    private static PacketEndpoint endpoint(Port port, int number) {
        EndpointConfig config = EndpointConfig.of(IpAddress.parse("198.18.0." + number))
                .withSubmissionEntries(ENTRIES)
                .withReceiveSlots(16)
                .withPeerTimeoutNs(PEER_TIMEOUT_NS);
        return PacketEndpoint.open(config, SystemClock.INSTANCE, new SeededRandom(number), List.of(port));
    }

    @Override
    public Endpoint left() {
        return left;
    }

    @Override
    public Endpoint right() {
        return right;
    }

    @Override
    public SegmentAllocator targetMemory() {
        return memory;
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the emulated device needs the processor too
    public boolean runUntil(BooleanSupplier done) {
        long deadlineNs = SystemClock.INSTANCE.nowNs() + PATIENCE_NS;
        while (!done.getAsBoolean()) {
            if (left.doWork() + (rightOpen ? right.doWork() : 0) == 0) {
                Thread.yield();
            }
            if (SystemClock.INSTANCE.nowNs() - deadlineNs > 0) {
                return false;
            }
        }
        return true;
    }

    @Override
    public int submissionEntries() {
        return ENTRIES;
    }

    void closeRight() {
        rightOpen = false;
        right.close();
        ports.right().close();
    }

    @Override
    public void close() {
        left.close();
        right.close();
        ports.close();
        if (memory.scope().isAlive()) {
            memory.close();
        }
    }
}
