package io.heliograph.transport.sharedmemory;

import io.heliograph.transport.Completion;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SystemClock;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.SecureRandom;

/** The other process of {@link SharedMemoryProcessesTest}. */
final class DirectPeer {
    static final int NUMBER = 7;
    static final int TARGET_BYTES = 1 << 20;
    static final int RECORD_BYTES = 64;
    static final int RECORDS = 16;

    private DirectPeer() {}

    /**
     * Arguments: the domain, and {@code target} (registers memory, prints its address and key, and polls for ever), or {@code fire},
     * {@code count} with the address and the key of node 1's memory, and a number: bytes to write again and again until the key is bad
     * ({@code fire}), or immediates to send ({@code count}).
     */
    public static void main(String[] arguments) {
        EndpointConfig config = EndpointConfig.of(IpAddress.parse("198.18.0." + NUMBER))
                .withSubmissionEntries(64)
                .withReceiveSlots(16)
                .withMaxPeers(8);
        try (Arena arena = Arena.ofConfined();
                SharedMemoryEndpoint endpoint = SharedMemoryEndpoint.open(
                        config, SystemClock.INSTANCE, new SecureRandom()::nextLong, arguments[0], 64 << 20)) {
            switch (arguments[1]) {
                case "target" -> target(endpoint);
                case "fire" -> fire(endpoint, arena, arguments);
                case "count" -> count(endpoint, arena, arguments);
                default -> throw new IllegalArgumentException(arguments[1]);
            }
        }
    }

    private static void target(SharedMemoryEndpoint endpoint) {
        MemoryRegion region = endpoint.register(endpoint.allocate(TARGET_BYTES), MemoryRegion.REMOTE_WRITE);
        System.out.println(region.address());
        System.out.println(region.key());
        while (true) {
            endpoint.doWork();
            endpoint.poll(c -> {}, 64);
            Thread.onSpinWait();
        }
    }

    private static void fire(SharedMemoryEndpoint endpoint, Arena arena, String[] arguments) {
        long address = Long.parseLong(arguments[2]);
        int key = Integer.parseInt(arguments[3]);
        int bytes = Integer.parseInt(arguments[4]);
        MemoryRegion source = endpoint.register(arena.allocate(bytes).fill((byte) 2), 0);
        int peer = endpoint.addPeer(IpAddress.parse("198.18.0.1"));
        int[] status = {0, 0};
        while (status[0] == 0) {
            endpoint.write(0, peer, source, 0, bytes, address, key, 0);
            endpoint.doWork();
            endpoint.poll(
                    c -> {
                        status[0] = c.status();
                        if (status[1]++ == 0 && c.status() == 0) {
                            System.out.println("firing");
                        }
                    },
                    64);
        }
        System.out.println("ended with " + status[0]);
    }

    /** Record i is 8 longs of i at slot i modulo {@link #RECORDS}; immediate i tells that it is there. */
    private static void count(SharedMemoryEndpoint endpoint, Arena arena, String[] arguments) {
        long address = Long.parseLong(arguments[2]);
        int key = Integer.parseInt(arguments[3]);
        int total = Integer.parseInt(arguments[4]);
        MemorySegment records = arena.allocate((long) RECORD_BYTES * RECORDS, 64);
        MemoryRegion source = endpoint.register(records, 0);
        int peer = endpoint.addPeer(IpAddress.parse("198.18.0.1"));
        int[] completed = {0};
        for (int i = 0; i < total; i++) {
            long offset = (long) i % RECORDS * RECORD_BYTES;
            while (i - completed[0] >= RECORDS) {
                turn(endpoint, completed);
            }
            for (int word = 0; word < RECORD_BYTES; word += Long.BYTES) {
                records.set(ValueLayout.JAVA_LONG, offset + word, i);
            }
            while (endpoint.writeImm(
                            0,
                            peer,
                            source,
                            offset,
                            RECORD_BYTES,
                            address + i * (long) RECORD_BYTES,
                            key,
                            i,
                            i % 3 == 0,
                            0)
                    != Post.OK) {
                turn(endpoint, completed);
            }
        }
        while (completed[0] < total) {
            turn(endpoint, completed);
        }
    }

    private static void turn(SharedMemoryEndpoint endpoint, int[] completed) {
        endpoint.doWork();
        endpoint.poll(
                c -> {
                    if (c.kind() == Completion.WRITE && c.status() == 0) {
                        completed[0]++;
                    }
                },
                64);
    }
}
