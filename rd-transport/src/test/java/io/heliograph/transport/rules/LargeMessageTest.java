package io.heliograph.transport.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.heliograph.transport.Completion;
import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.EndpointConfig;
import io.heliograph.transport.EndpointCounter;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.Post;
import io.heliograph.transport.SeededRandom;
import io.heliograph.transport.endpoint.PacketEndpoint;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.simulation.VirtualClock;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** R2.1 for messages longer than an int counts, between two endpoints; memory is that of sparse files. */
class LargeMessageTest {
    private static final long LENGTH = (1L << 31) + (5 << 20) + 3;
    private static final long MARKS_EVERY = (1 << 20) - 8;
    private static final long GIB = 1 << 30;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path directory;

    @Test
    @Tag("slow")
    @DisplayName("R2.1 a message of 2 GiB and some is placed whole, and fires once")
    void shouldPlaceWholeMessageWhenItIsLongerThanAnInt() throws IOException {
        assumeTrue(
                Files.getFileStore(directory).getUsableSpace() > 5 * GIB,
                "needs 5 GiB of disk for temporary files; there is less");
        VirtualClock clock = new VirtualClock();
        try (Arena arena = Arena.ofConfined();
                PortPair ports = MemoryPort.pair(9000);
                PacketEndpoint sender = open(1, clock, ports, true);
                PacketEndpoint receiver = open(2, clock, ports, false)) {
            MemorySegment source = map("source", arena);
            for (long at = 0; at + 8 <= LENGTH; at += MARKS_EVERY) {
                source.set(ValueLayout.JAVA_LONG_UNALIGNED, at, ~at);
            }
            source.set(ValueLayout.JAVA_BYTE, LENGTH - 1, (byte) 77);
            MemorySegment target = map("target", arena);
            MemoryRegion from = sender.register(source, 0);
            MemoryRegion to = receiver.register(target, MemoryRegion.REMOTE_WRITE);
            int peer = sender.addPeer(receiver.address());
            assertEquals(Post.OK, sender.writeImm(0, peer, from, 0, LENGTH, to.address(), to.key(), 0xFEED, true, 5));
            List<String> got = new ArrayList<>();
            while (got.size() < 2) {
                sender.doWork();
                receiver.doWork();
                clock.advance(1_000);
                sender.poll(completion -> got.add(text(completion)), 8);
                receiver.poll(completion -> got.add(text(completion)), 8);
            }
            assertTrue(got.contains("kind 1: 0 bytes " + LENGTH), got::toString);
            assertTrue(got.contains("kind 2: 65261 bytes " + LENGTH), got::toString);
            assertEquals(LENGTH, receiver.counters().get(EndpointCounter.PAYLOAD_BYTES_PLACED));
            assertEquals(-1, source.mismatch(target));
        }
    }

    private static String text(Completion completion) {
        assertEquals(CompletionStatus.SUCCESS, completion.status());
        return "kind " + completion.kind() + ": " + completion.immediate() + " bytes " + completion.lengthBytes();
    }

    private static PacketEndpoint open(int lastByte, VirtualClock clock, PortPair ports, boolean left) {
        EndpointConfig config = EndpointConfig.of(IpAddress.ofIpv4(0xC612_0000 | lastByte));
        return PacketEndpoint.open(config, clock, new SeededRandom(lastByte), left ? ports.left() : ports.right());
    }

    private MemorySegment map(String name, Arena arena) throws IOException {
        try (FileChannel file = FileChannel.open(
                directory.resolve(name),
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.SPARSE,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE)) {
            return file.map(MapMode.READ_WRITE, 0, LENGTH, arena);
        }
    }
}
