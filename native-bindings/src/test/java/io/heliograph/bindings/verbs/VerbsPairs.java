package io.heliograph.bindings.verbs;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import io.heliograph.bindings.EnvironmentException;
import java.lang.foreign.Arena;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Two ends with a queue pair each, on the first and the last RDMA device of this machine, which may be the same. */
final class VerbsPairs implements AutoCloseable {
    static final int QKEY = 0x1234;
    static final int DEPTH = 64;
    static final int ROOM_BYTES = 4096;
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(20);

    final End left;
    final End right;

    /** One of them; its memory is {@value #ROOM_BYTES} bytes. */
    static final class End implements AutoCloseable {
        final Arena arena = Arena.ofConfined();
        final VerbsContext context;
        final GidEntry gid;
        final ProtectionDomain domain;
        final CompletionChannel channel;
        final CompletionQueue queue;
        final QueuePair pair;
        final long memory;
        final RegisteredMemory region;
        final SendRequests sends;
        final ReceiveRequests receives;
        final Completions completions;

        @Nullable
        AddressHandle handle;

        End(String device, Service service) {
            context = Verbs.load().open(device);
            gid = context.gids(1).stream()
                    .filter(GidEntry::isRoceV2)
                    .filter(entry -> entry.gid().isIpv4())
                    .findFirst()
                    .orElseGet(() -> context.gids(1).getFirst());
            domain = context.allocateProtectionDomain();
            channel = context.createCompletionChannel();
            queue = context.createCompletionQueue(2 * DEPTH, channel);
            pair = domain.createQueuePair(new QueuePairConfig(service, queue, queue, DEPTH, DEPTH, 1));
            memory = arena.allocate(ROOM_BYTES, ROOM_BYTES).address();
            region = domain.register(memory, ROOM_BYTES, Set.of(MemoryAccess.LOCAL_WRITE, MemoryAccess.REMOTE_WRITE));
            sends = new SendRequests(arena, DEPTH);
            receives = new ReceiveRequests(arena, DEPTH);
            completions = new Completions(arena, DEPTH);
        }

        /** Waits for {@code count} completions, which are then at the front of {@link #completions}. */
        void complete(int count) {
            long deadlineNs = System.nanoTime() + DEADLINE_NS;
            int taken = 0;
            while (taken < count) {
                int got = queue.poll(completions, count - taken);
                if (got < 0 || System.nanoTime() - deadlineNs > 0) {
                    fail("no completion: wanted=" + count + " taken=" + taken + " last=" + got);
                }
                taken += got;
                giveWay();
            }
        }

        @Override
        public void close() {
            if (handle != null) {
                handle.close();
            }
            pair.close();
            region.close();
            queue.close();
            channel.close();
            domain.close();
            context.close();
            arena.close();
        }
    }

    private VerbsPairs(End left, End right) {
        this.left = left;
        this.right = right;
    }

    /** Two UD pairs, ready, each with an address handle to the other. */
    static VerbsPairs datagrams() {
        VerbsPairs pairs = open(Service.UNRELIABLE_DATAGRAM);
        for (End end : List.of(pairs.left, pairs.right)) {
            End other = end == pairs.left ? pairs.right : pairs.left;
            end.pair.initialise(1, QKEY);
            end.pair.activate(0);
            end.handle = end.domain.createAddressHandle(AddressVector.to(other.gid.gid(), 1, end.gid.index()));
        }
        return pairs;
    }

    /** Two RC pairs, connected to each other. */
    static VerbsPairs connected() {
        VerbsPairs pairs = open(Service.RELIABLE_CONNECTION);
        for (End end : List.of(pairs.left, pairs.right)) {
            End other = end == pairs.left ? pairs.right : pairs.left;
            end.pair.initialise(1, Set.of(MemoryAccess.LOCAL_WRITE, MemoryAccess.REMOTE_WRITE));
            end.pair.connect(Connection.to(
                    AddressVector.to(other.gid.gid(), 1, end.gid.index()), other.pair.number(), 1024, 7, 7));
        }
        return pairs;
    }

    private static VerbsPairs open(Service service) {
        try {
            List<VerbsDevice> devices = Verbs.load().devices();
            assumeFalse(devices.isEmpty(), "this machine has no RDMA device (scripts/test-verbs has two)");
            return new VerbsPairs(
                    new End(devices.getFirst().name(), service),
                    new End(devices.getLast().name(), service));
        } catch (EnvironmentException e) {
            return abort(e.getMessage());
        }
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
    }
}
