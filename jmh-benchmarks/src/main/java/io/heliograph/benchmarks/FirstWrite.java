package io.heliograph.benchmarks;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.Endpoint;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.SystemClock;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import java.lang.foreign.Arena;
import java.security.SecureRandom;

/** A first example: one node writes into the memory of another, and tells it so. */
public final class FirstWrite {
    private FirstWrite() {}

    /** Runs it. */
    public static void main(String... args) {
        // Frames go through a port: here a pair in memory, elsewhere shared memory or a DPDK device.
        try (var wire = MemoryPort.pair(1500);
                var alice = open("198.18.0.1", wire.left());
                var bob = open("198.18.0.2", wire.right());
                var arena = Arena.ofConfined()) {
            // Bob offers memory. Its address and key are all that Alice must know; how she learns them is up to them.
            var inbox = arena.allocate(64);
            MemoryRegion offered = bob.register(inbox, MemoryRegion.REMOTE_WRITE);

            // Alice posts two WRITEs. The second has an immediate and is fenced: 42 reaches Bob once the bytes of both
            // are placed, in whatever order their packets come.
            var outbox = arena.allocateFrom("Hello, Bob. This is Alice.");
            MemoryRegion source = alice.register(outbox, 0);
            int toBob = alice.addPeer(bob.address());
            alice.write(0, toBob, source, 0, 12, offered.address(), offered.key(), 1);
            alice.writeImm(0, toBob, source, 12, 14, offered.address() + 12, offered.key(), 42, true, 2);

            // An endpoint has no thread of its own: whoever has one turns it. Here one thread turns both.
            int completions = 0;
            while (completions < 3) { // Alice's two WRITEs, and Bob's immediate
                alice.doWork();
                bob.doWork();
                completions += alice.poll(completion -> print("Alice", completion), 8);
                completions += bob.poll(completion -> print("Bob", completion), 8);
            }
            System.out.println("Bob's memory: " + inbox.getString(0));
        }
    }

    private static Endpoint open(String address, Port port) {
        var config = EndpointConfig.of(IpAddress.parse(address));
        return PacketEndpoint.open(config, SystemClock.INSTANCE, new SecureRandom()::nextLong, port);
    }

    private static void print(String who, Completion completion) {
        String what = completion.kind() == Completion.IMMEDIATE
                ? "immediate " + completion.immediate() + " came with " + completion.lengthBytes() + " bytes"
                : "WRITE " + completion.cookie() + ": " + CompletionStatus.describe(completion.status());
        System.out.println(who + ": " + what);
    }
}
