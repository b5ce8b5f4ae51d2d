package io.heliograph.offload.optcam;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.offload.device.Calibration;
import io.heliograph.offload.device.CalibrationWave;
import io.heliograph.offload.device.EmulatorConfig;
import io.heliograph.offload.device.PhotonicEmulator;
import io.heliograph.offload.noise.NoiseModel;
import io.heliograph.offload.optcam.rules.RuleActions;
import io.heliograph.offload.optcam.rules.RuleSet;
import io.heliograph.testing.Allocations;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.capture.CaptureReader;
import io.heliograph.transport.capture.CapturedFrame;
import io.heliograph.transport.capture.PcapngWriter;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassifierPortTest {

    private static final String RULES = """
            drop tcp any any -> 10.0.0.2 22 (msg:"no shells"; sid:1;)
            mark udp any any -> any 53 (msg:"names"; dscp:46; sid:2;)
            log tcp any any -> any 80 (msg:"requests"; content:"GET "; startswith; sid:3;)
            alert tcp any any -> any any (flags:S; sid:4;)
            """;

    @TempDir
    private Path directory = Path.of("");

    private final Arena arena = Arena.ofConfined();
    private final PortPair pair = MemoryPort.pair(1500);
    private final RuleTable table = new RuleTable(PacketKey.WIDTH, 64, arena);
    private final RuleSet rules = RuleSet.parse("test", RULES);
    private final Burst out = new Burst(arena, 32);
    private final Burst in = new Burst(arena, 32);

    private Path file = Path.of("");
    private PcapngWriter writer;
    private ClassifierPort port;

    @BeforeEach
    void open() {
        file = directory.resolve("log.pcapng");
        writer = PcapngWriter.create(file);
        RuleActions actions = new RuleActions(rules, writer, "test", () -> 5, 0);
        port = new ClassifierPort(pair.right(), table, actions, 4, 32, arena);
        table.load(rules.entries());
    }

    @AfterEach
    void close() {
        port.close();
        writer.close();
        pair.left().close();
        arena.close();
    }

    private void send(Packet... packets) {
        pair.left().allocate(out, packets.length);
        for (int k = 0; k < packets.length; k++) {
            Frame.lengthBytes(out.frame(k), packets[k].write(Frame.dataAddress(out.frame(k))));
        }
        pair.left().send(out);
    }

    private static Packet names(String source, String destination) {
        return new Packet(0, IpAddress.parse(source), IpAddress.parse(destination), 17, 4000, 53, 0, 0, "query");
    }

    @Test
    void shouldCountDropMarkAndCaptureByRule() throws IOException {
        send(
                Packet.tcp("10.0.0.1", 1000, "10.0.0.2", 22, 2, ""),
                Packet.tcp("10.0.0.1", 1000, "10.0.0.2", 80, 0x18, "GET /"),
                names("10.0.0.1", "10.0.0.9"),
                names("fd00::1", "fd00::9"),
                Packet.tcp("10.0.0.1", 1000, "10.0.0.2", 22, 2, ""),
                Packet.tcp("10.0.0.1", 1000, "10.0.0.2", 443, 2, ""),
                Packet.tcp("10.0.0.1", 1000, "10.0.0.2", 443, 0x10, ""));
        assertEquals(5, port.receive(in));
        assertEquals(
                List.of(2L, 2L, 1L, 1L, 1L, 2L),
                List.of(
                        port.matched(0),
                        port.matched(1),
                        port.matched(2),
                        port.matched(3),
                        port.unmatched(),
                        port.dropped()));
        writer.flush();
        try (CaptureReader reader = CaptureReader.open(file)) {
            CapturedFrame logged = Objects.requireNonNull(reader.next());
            assertEquals(Frame.lengthBytes(in.frame(0)), logged.originalBytes());
            assertEquals(5, logged.timestampNs());
            assertNull(reader.next());
        }
        long ipv4 = Frame.dataAddress(in.frame(1)) + 14;
        assertEquals(46 << 2 | 1, NativeMemory.getUnsignedByte(ipv4 + 1));
        assertEquals(0xFFFF, Packet.ipv4Sum(ipv4));
        long ipv6 = Frame.dataAddress(in.frame(2)) + 14;
        assertEquals(0x6000_0000 | 46 << 22 | 1 << 20, NativeMemory.getIntBigEndian(ipv6));
        port.release(in);
    }

    @Test
    void shouldClassifyOnADeviceAsWell() {
        try (PhotonicEmulator device =
                        new PhotonicEmulator(EmulatorConfig.LIGHTNING.withNoise(new NoiseModel.Product(1.657), 7));
                MatchDatapath datapath =
                        new MatchDatapath(device, Calibration.measure(device, CalibrationWave.SQUARE, 100))) {
            datapath.load(rules.entries());
            ClassifierPort onDevice = new ClassifierPort(
                    pair.right(), datapath, new RuleActions(rules, writer, "device", () -> 5, 0), 4, 32, arena);
            for (int round = 1; round <= 20; round++) {
                send(
                        Packet.tcp("10.0.0.1", 1000, "10.0.0.2", 22, 2, ""),
                        names("fd00::1", "fd00::9"),
                        Packet.tcp("10.0.0.1", 1000, "10.0.0.2", 443, 0x10, ""));
                assertEquals(2, onDevice.receive(in));
                onDevice.release(in);
                assertEquals(
                        List.of(round, round, round),
                        List.of((int) onDevice.dropped(), (int) onDevice.matched(1), (int) onDevice.unmatched()));
            }
        }
    }

    @Test
    void shouldReceiveNothingWhenAllIsDropped() {
        table.load(RuleSet.parse("test", "drop ip any any -> any any ()").entries());
        for (int round = 0; round < 200; round++) {
            send(names("10.0.0.1", "10.0.0.2"), names("10.0.0.1", "10.0.0.2"));
            assertEquals(0, port.receive(in), "frames go back to their pool: round " + round);
        }
        assertEquals(400, port.dropped());
        table.load(List.of());
        send(names("10.0.0.1", "10.0.0.2"));
        assertEquals(1, port.receive(in));
        port.release(in);
    }

    @Test
    void shouldAllocateNothingPerFrame() {
        Packet[] packets = {
            Packet.tcp("10.0.0.1", 1000, "10.0.0.2", 22, 2, ""),
            Packet.tcp("10.0.0.1", 1000, "10.0.0.2", 80, 0x18, "GET /"),
            names("10.0.0.1", "10.0.0.9"),
            names("fd00::1", "fd00::9"),
            Packet.tcp("10.0.0.1", 1000, "10.0.0.2", 443, 0x10, "")
        };
        assertEquals(0, Allocations.inSteadyState(() -> {
            for (int round = 0; round < 2_000; round++) {
                send(packets);
                port.receive(in);
                port.release(in);
            }
        }));
    }

    @Test
    void shouldRefuseATableOfOtherKeys() {
        assertThrows(
                IllegalArgumentException.class,
                () -> new ClassifierPort(
                        pair.right(),
                        new RuleTable(104, 1, arena),
                        new RuleActions(rules, writer, "test", () -> 5, 0),
                        1,
                        32,
                        arena));
    }
}
