package io.heliograph.transport.verbs;

import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.verbs.GidEntry;
import io.heliograph.bindings.verbs.Verbs;
import io.heliograph.bindings.verbs.VerbsContext;
import io.heliograph.bindings.verbs.VerbsDevice;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.EndpointContractTest;
import io.heliograph.transport.port.PortSpec;
import java.lang.foreign.Arena;
import java.lang.foreign.SegmentAllocator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** Endpoints on the first two RDMA devices of this machine that have an IPv4 address; skipped where there are none. */
final class RdmaPair implements EndpointContractTest.Pair {
    private static final int ENTRIES = 64;
    /** The first connection of an emulated JVM takes longer than 4 s, for its classes. */
    static final long PEER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(15);

    private static final long PATIENCE_NS = TimeUnit.SECONDS.toNanos(180);
    private static final AtomicInteger INCARNATION = new AtomicInteger(1);

    private record Place(String device, IpAddress address) {}

    private final Arena memory = Arena.ofShared();
    private final List<Place> places;
    VerbsEndpoint left;
    VerbsEndpoint right;

    RdmaPair() {
        this(UnaryOperator.identity());
    }

    /** With something between the left device's events and its endpoint. */
    RdmaPair(UnaryOperator<DeviceEvents> listening) {
        places = assumeTwo();
        left = open(places.getFirst(), listening);
        try {
            right = openRight();
        } catch (RuntimeException e) {
            left.close();
            throw e;
        }
    }

    /** Of the next incarnation; one that is open there is closed first. */
    VerbsEndpoint openRight() {
        return open(places.getLast(), UnaryOperator.identity());
    }

    private static VerbsEndpoint open(Place place, UnaryOperator<DeviceEvents> listening) {
        int incarnation = INCARNATION.getAndIncrement();
        EndpointConfig config = EndpointConfig.of(place.address())
                .withSubmissionEntries(ENTRIES)
                .withReceiveSlots(16)
                .withMaxPeers(8)
                .withPeerTimeoutNs(PEER_TIMEOUT_NS)
                .withIncarnation(incarnation);
        return VerbsEndpoint.open(
                config,
                SystemClock.INSTANCE,
                new SeededRandom(incarnation),
                new PortSpec.Verbs(place.device(), 1, -1),
                listening);
    }

    private static List<Place> assumeTwo() {
        try {
            List<Place> found = new ArrayList<>();
            for (VerbsDevice device : Verbs.load().devices()) {
                try (VerbsContext context = Verbs.load().open(device.name())) {
                    for (GidEntry entry : context.gids(1)) {
                        if (entry.isRoceV2()
                                && entry.gid().isIpv4()
                                && context.port(1).active()) {
                            found.add(new Place(
                                    device.name(),
                                    new IpAddress(
                                            entry.gid().high(), entry.gid().low())));
                        }
                    }
                }
            }
            assumeTrue(found.size() >= 2, "this machine has no two RDMA devices (scripts/test-verbs has): " + found);
            return found.subList(0, 2);
        } catch (EnvironmentException e) {
            return abort(e.getMessage());
        }
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
    public int submissionEntries() {
        return ENTRIES;
    }

    @Override
    public boolean runUntil(BooleanSupplier done) {
        long deadlineNs = SystemClock.INSTANCE.nowNs() + PATIENCE_NS;
        while (!done.getAsBoolean()) {
            if (left.doWork() + right.doWork() == 0) {
                giveWay();
            }
            if (SystemClock.INSTANCE.nowNs() - deadlineNs > 0) {
                return false;
            }
        }
        return true;
    }

    /** The emulated device needs the processor too. */
    @SuppressWarnings("ThreadPriorityCheck")
    static void giveWay() {
        Thread.yield();
    }

    @Override
    public void close() {
        left.close();
        right.close();
        if (memory.scope().isAlive()) {
            memory.close();
        }
    }
}
