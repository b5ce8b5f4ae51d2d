package io.heliograph.transport.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.ThreadMXBean;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.Port;
import io.heliograph.transport.port.PortPair;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CapturePortTest {
    private static final long EPOCH_NS = 1_700_000_000_000_000_000L;

    @TempDir
    private Path directory;

    private final Arena arena = Arena.ofConfined();
    private final Burst burst = new Burst(arena, 256);
    private final PortPair pair = MemoryPort.pair(9000, 512, 64);
    private long nowNs = 5;

    @AfterEach
    void closePorts() {
        pair.close();
        arena.close();
    }

    private record Packet(int interfaceId, long timeNs, int lengthBytes, int direction, int firstByte) {}

    private static List<Packet> packets(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.nativeOrder());
        List<Packet> packets = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            int type = bytes.getInt(start);
            int blockBytes = bytes.getInt(start + 4);
            assertEquals(blockBytes, bytes.getInt(start + blockBytes - 4), "both lengths of a block");
            assertEquals(0, blockBytes % 4);
            if (type == 6) {
                long timeNs = (long) bytes.getInt(start + 12) << 32 | Integer.toUnsignedLong(bytes.getInt(start + 16));
                int lengthBytes = bytes.getInt(start + 20);
                int options = start + 28 + (lengthBytes + 3 & ~3);
                packets.add(new Packet(
                        bytes.getInt(start + 8),
                        timeNs,
                        lengthBytes,
                        bytes.getInt(options + 4),
                        bytes.get(start + 28) & 0xff));
            }
            bytes.position(start + blockBytes);
        }
        return packets;
    }

    private void fill(Port port, int count, int firstByte, int lengthBytes) {
        assertEquals(count, port.allocate(burst, count));
        for (int i = 0; i < count; i++) {
            NativeMemory.fill(Frame.dataAddress(burst.frame(i)), lengthBytes, (byte) (firstByte + i));
            Frame.lengthBytes(burst.frame(i), lengthBytes);
        }
    }

    @Test
    void shouldRecordBothDirectionsWithTimeAndInterface() throws IOException {
        Path file = directory.resolve("both.pcapng");
        try (PcapngWriter writer = PcapngWriter.create(file)) {
            Port left = CapturePort.of(pair.left(), writer, () -> nowNs, EPOCH_NS);
            Port right = CapturePort.of(pair.right(), writer, () -> nowNs, EPOCH_NS);
            fill(left, 2, 1, 61);
            assertEquals(2, left.send(burst));
            nowNs = 1_000_000_007;
            assertEquals(2, right.receive(burst));
            right.release(burst);
        }
        assertEquals(
                List.of(
                        new Packet(0, EPOCH_NS + 5, 61, 2, 1),
                        new Packet(0, EPOCH_NS + 5, 61, 2, 2),
                        new Packet(1, EPOCH_NS + 1_000_000_007, 61, 1, 1),
                        new Packet(1, EPOCH_NS + 1_000_000_007, 61, 1, 2)),
                packets(file));
    }

    @Test
    void shouldRecordOnlyWhatThePortAccepts() throws IOException {
        Path file = directory.resolve("partial.pcapng");
        try (PcapngWriter writer = PcapngWriter.create(file)) {
            Port left = CapturePort.of(pair.left(), writer, () -> nowNs, 0);
            fill(left, 200, 0, 9000); // more than one part, more than the buffer, more than the ring's 64
            assertEquals(64, left.send(burst));
            assertEquals(136, burst.size());
            for (int i = 0; i < burst.size(); i++) {
                assertEquals((byte) (64 + i), NativeMemory.getByte(Frame.dataAddress(burst.frame(i))));
            }
            assertEquals(0, left.send(burst));
            left.release(burst);
        }
        List<Packet> packets = packets(file);
        assertEquals(64, packets.size());
        for (int i = 0; i < 64; i++) {
            assertEquals(i, packets.get(i).firstByte());
        }
    }

    @Test
    void shouldLeaveAValidFileAtAnyTime() throws IOException {
        Path file = directory.resolve("running.pcapng");
        try (PcapngWriter writer = PcapngWriter.create(file)) {
            Port left = CapturePort.of(pair.left(), writer, () -> nowNs, 0);
            long last = -1;
            for (int round = 0; round < 500; round++) {
                fill(left, 16, round, 1000);
                assertEquals(16, left.send(burst));
                pair.right().receive(burst);
                pair.right().release(burst);
                if (Files.size(file) != last) {
                    last = Files.size(file);
                    packets(file);
                }
            }
            nowNs += 200_000_000;
            left.receive(burst);
            assertEquals(8_000, packets(file).size(), "flushed when idle");
        }
    }

    @Test
    void shouldBeReadableByTshark() throws Exception {
        Path file = directory.resolve("tshark.pcapng");
        try (Port left = CapturePort.open(pair.left(), file)) {
            fill(left, 1, 2, 60);
            left.send(burst);
            assertEquals(1, pair.right().receive(burst));
            pair.right().send(burst);
            assertEquals(1, left.receive(burst));
            left.release(burst);
        }
        Process tshark;
        try {
            tshark = new ProcessBuilder(
                            "tshark",
                            "-r",
                            file.toString(),
                            "-T",
                            "fields",
                            "-E",
                            "separator=,",
                            "-e",
                            "frame.interface_name",
                            "-e",
                            "frame.packet_flags_direction",
                            "-e",
                            "frame.len",
                            "-e",
                            "frame.time_epoch")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
        } catch (IOException e) {
            assumeTrue(false, "tshark is not installed");
            return;
        }
        String text = new String(tshark.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(0, tshark.waitFor());
        String[] lines = text.split("\n", -1);
        assertTrue(lines[0].matches("memory0,0x0*2,60,\\d+\\.\\d{9}"), text);
        assertTrue(lines[1].matches("memory0,0x0*1,60,\\d+\\.\\d{9}"), text);
    }

    @Test
    void shouldCountAndSayWhyWhenTheFileSystemRefuses() {
        assumeTrue(Files.exists(Path.of("/dev/full")), "no /dev/full here");
        PcapngWriter writer = PcapngWriter.create(Path.of("/dev/full"));
        Port left = CapturePort.of(pair.left(), writer, () -> nowNs, 0);
        for (int round = 0; round < 200; round++) {
            fill(left, 32, round, 1000);
            assertEquals(32, left.send(burst), "traffic goes on");
            pair.right().receive(burst);
            pair.right().release(burst);
        }
        assertTrue(writer.droppedPackets() > 1_000);
        assertTrue(assertThrows(UncheckedIOException.class, writer::close)
                .toString()
                .contains("capture incomplete"));
        writer.close();
    }

    @Test
    void shouldSaySoWhenTheFileCannotBeCreated() {
        String message = assertThrows(
                        UncheckedIOException.class, () -> PcapngWriter.create(directory.resolve("no/such/place")))
                .toString();
        assertTrue(message.contains("no/such/place"), message);
    }

    @Test
    void shouldAllocateNothingOnTheHeapPerFrame() {
        try (PcapngWriter writer = PcapngWriter.create(directory.resolve("load.pcapng"))) {
            Port left = CapturePort.of(pair.left(), writer, () -> nowNs, 0);
            ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            pass(left, 60_000);
            threads.getCurrentThreadAllocatedBytes();
            long before = threads.getCurrentThreadAllocatedBytes();
            pass(left, 20_000);
            assertEquals(0, threads.getCurrentThreadAllocatedBytes() - before);
        }
    }

    private void pass(Port left, int rounds) {
        for (int round = 0; round < rounds; round++) {
            left.allocate(burst, 16);
            for (int i = 0; i < 16; i++) {
                Frame.lengthBytes(burst.frame(i), 64);
            }
            left.send(burst);
            pair.right().receive(burst);
            pair.right().send(burst);
            left.receive(burst);
            left.release(burst);
        }
    }
}
