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

    /** Runs it; the README shows this method. */
    public static void main(String... args) {
        // Frames go through a port: here a pair in memory, elsewhere shared memory, a DPDK device, ...
        try (var wire = MemoryPort.pair(1500);
                var alice = open("198.18.0.1", wire.left());
                var bob = open("198.18.0.2", wire.right());
                var arena = Arena.ofConfined()) {

            // Bob offers memory. Its address and key are all that Alice must know; how she learns them is up to them.
            var inbox = arena.allocate(64);
            MemoryRegion offered = bob.register(inbox, MemoryRegion.REMOTE_WRITE);

            // Alice registers what she sends from, and posts two WRITEs: the second has an immediate, 42, and is
            // fenced, so that it fires when the first one is placed as well, whatever order the packets come in.
            var outbox = arena.allocate(64);
            outbox.setString(0, "Hello, Bob. ");
            outbox.setString(32, "This is Alice.");
            MemoryRegion source = alice.register(outbox, 0);
            int toBob = alice.addPeer(bob.address());
            alice.write(0, toBob, source, 0, 12, offered.address(), offered.key(), 1);
            alice.writeImm(0, toBob, source, 32, 15, offered.address() + 12, offered.key(), 42, true, 2);

            // An endpoint has no thread: whoever owns it turns it. Here one thread turns both.
            var done = new int[1];
            while (done[0] < 3) { // two WRITEs of Alice's end, and Bob's immediate fires
                alice.doWork();
                bob.doWork();
                done[0] += alice.poll(completion -> print("Alice", completion), 8);
                done[0] += bob.poll(completion -> print("Bob", completion), 8);
            }
            System.out.println("Bob's memory: " + inbox.getString(0));
        }
    }

    private static Endpoint open(String address, Port port) {
        var config = EndpointConfig.of(IpAddress.parse(address));
        return PacketEndpoint.open(config, SystemClock.INSTANCE, new SecureRandom()::nextLong, port);
    }

    private static void print(String who, Completion completion) {
        System.out.println(
                who + ": "
                        + switch (completion.kind()) {
                            case Completion.WRITE -> "WRITE " + completion.cookie() + " is "
                                    + CompletionStatus.describe(completion.status());
                            case Completion.IMMEDIATE -> "immediate " + completion.immediate() + ", "
                                    + completion.lengthBytes() + " bytes placed";
                            default -> CompletionStatus.describe(completion.status());
                        });
    }
}
