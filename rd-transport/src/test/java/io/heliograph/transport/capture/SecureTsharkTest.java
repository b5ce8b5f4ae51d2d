package io.heliograph.transport.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.bindings.memory.NativeMemory;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.port.Burst;
import io.heliograph.transport.port.Frame;
import io.heliograph.transport.port.MemoryPort;
import io.heliograph.transport.port.PortPair;
import io.heliograph.transport.security.Keyring;
import io.heliograph.transport.security.Secret;
import io.heliograph.transport.security.SecureConfig;
import io.heliograph.transport.security.SecurePort;
import io.heliograph.transport.wire.FrameWriter;
import io.heliograph.transport.wire.PacketFields;
import io.heliograph.transport.wire.PeerHeader;
import io.heliograph.transport.wire.UdpLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.opentest4j.TestAbortedException;

/** Stock Wireshark sees correct IP and UDP around a payload that it can make nothing of. */
final class SecureTsharkTest {
    private static final List<String> FIELDS = List.of(
            "_ws.malformed",
            "ip.checksum.status",
            "udp.checksum.status",
            "udp.srcport",
            "udp.dstport",
            "udp.length",
            "data.len",
            "infiniband.bth.opcode");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit's injection
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"198.18.0.", "2001:2::"})
    void shouldShowOpaquePayloadWhenEncrypted(String prefix) throws IOException, InterruptedException {
        Tshark.assumePresent();
        Path file = folder.resolve("secure.pcapng");
        capture(file, IpAddress.parse(prefix + "1"), IpAddress.parse(prefix + "2"));
        List<Map<String, String>> frames = Tshark.fields(file, false, FIELDS);
        assertEquals(20, frames.size());
        boolean ipv4 = prefix.contains(".");
        for (int i = 0; i < frames.size(); i++) {
            Map<String, String> frame = frames.get(i);
            assertEquals("", frame.get("_ws.malformed"));
            assertEquals(ipv4 ? "1" : "", frame.get("ip.checksum.status"));
            // 1 is "good", 3 "not there".
            assertEquals(ipv4 ? "3" : "1", frame.get("udp.checksum.status"));
            assertEquals(Integer.toString(0xC001 + i), frame.get("udp.srcport"));
            assertEquals(Integer.toString(SecureConfig.DEFAULT_SECURE_PORT), frame.get("udp.dstport"));
            int payload = Integer.parseInt(frame.getOrDefault("udp.length", "")) - UdpLayout.LENGTH;
            assertEquals(Integer.toString(payload), frame.get("data.len"));
            assertEquals("", frame.get("infiniband.bth.opcode"));
        }
    }

    private static void capture(Path file, IpAddress from, IpAddress to) {
        try (Arena arena = Arena.ofConfined();
                PortPair pair = MemoryPort.pair(1500);
                SecurePort port = open(CapturePort.open(pair.left(), file), from)) {
            Burst burst = new Burst(arena, 1);
            PeerHeader header = new PeerHeader(arena, from, to, UdpLayout.ROCE_V2_PORT);
            header.ethernet(1, 2);
            PacketFields fields = new PacketFields();
            fields.messagePackets = 1;
            FrameWriter writer = new FrameWriter(arena);
            long payload = arena.allocate(1400).address();
            NativeMemory.fill(payload, 1400, (byte) 'A');
            for (int i = 0; i < 20; i++) {
                port.allocate(burst, 1);
                long data = Frame.dataAddress(burst.frame(0));
                int bytes = writer.writeData(data, header, 0xC001 + i, fields, payload, 68 * i);
                Frame.lengthBytes(burst.frame(0), bytes);
                port.send(burst);
            }
        }
    }

    private static SecurePort open(CapturePort port, IpAddress address) {
        try {
            return SecurePort.open(port, SecureConfig.of(address), Keyring.of(Secret.of(new byte[Secret.LEAST_BYTES])));
        } catch (EnvironmentException e) {
            port.close();
            throw new TestAbortedException(e.getMessage(), e);
        }
    }
}
