package io.heliograph.transport.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.heliograph.transport.wire.NackReason;
import io.heliograph.transport.wire.Opcode;
import io.heliograph.transport.wire.PacketKind;
import io.heliograph.transport.wire.SampleFrames;
import io.heliograph.transport.wire.SampleFrames.Sample;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Stock Wireshark decodes what RoCEv2 has, our Lua file the rest, and nothing is malformed. */
final class TsharkTest {
    private static final List<String> STOCK = List.of(
            "_ws.malformed",
            "_ws.expert.severity",
            "ip.checksum.status",
            "udp.checksum.status",
            "infiniband.bth.opcode",
            "infiniband.bth.padcnt",
            "infiniband.bth.destqp",
            "infiniband.bth.psn",
            "infiniband.bth.a",
            "infiniband.rdeth.eecnxt",
            "infiniband.deth.q_key",
            "infiniband.deth.srcqp",
            "infiniband.reth.va",
            "infiniband.reth.r_key",
            "infiniband.reth.dmalen",
            "infiniband.immdt",
            "infiniband.invariant.crc");

    private static final List<String> OURS = List.of(
            "_ws.malformed",
            "_ws.expert.severity",
            "heliograph.kind",
            "heliograph.opcode",
            "heliograph.trimmed",
            "heliograph.psn",
            "heliograph.entropy",
            "heliograph.destination_engine",
            "heliograph.destination_queue",
            "heliograph.flags",
            "heliograph.flags.fenced",
            "heliograph.flags.void",
            "heliograph.flags.retransmitted",
            "heliograph.message_packets",
            "heliograph.msn",
            "heliograph.destination_incarnation",
            "heliograph.source_incarnation",
            "heliograph.source_engine",
            "heliograph.source_queue",
            "heliograph.horizon",
            "heliograph.sack.cumulative_psn",
            "heliograph.sack.offset",
            "heliograph.sack.bitmap",
            "heliograph.sack.received",
            "heliograph.reflected_entropy",
            "heliograph.nack.reason",
            "heliograph.nack.information",
            "heliograph.probe.answer",
            "heliograph.probe.nonce");

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit's injection
    private Path folder;

    @Test
    void shouldDecodeTheHeadersOfRoceWhenTsharkHasNothingOfOurs() throws IOException, InterruptedException {
        Tshark.assumePresent();
        List<Sample> samples = SampleFrames.all();
        List<Map<String, String>> frames = Tshark.fields(capture(bytesOf(samples)), false, STOCK);
        assertEquals(samples.size(), frames.size());
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            Map<String, String> frame = frames.get(i);
            expect(sample, frame, "_ws.malformed", "");
            expect(sample, frame, "_ws.expert.severity", "");
            // 1 is "good"; over IPv4 there is no UDP checksum.
            expect(sample, frame, "ip.checksum.status", sample.isIpv4() ? "1" : "");
            expect(sample, frame, "udp.checksum.status", sample.isIpv4() ? "3" : "1");
            expect(sample, frame, "infiniband.bth.opcode", Integer.toString(sample.opcode()));
            expectNumber(sample, frame, "infiniband.bth.destqp", SampleFrames.DESTINATION_QP);
            expect(sample, frame, "infiniband.bth.psn", Integer.toString(SampleFrames.PSN));
            if (sample.kind() == PacketKind.DATA) {
                expect(sample, frame, "infiniband.bth.padcnt", Integer.toString(-sample.payloadBytes() & 3));
                expectExtendedHeaders(sample, frame);
            }
        }
    }

    private static void expectExtendedHeaders(Sample sample, Map<String, String> frame) {
        expectNumber(sample, frame, "infiniband.rdeth.eecnxt", SampleFrames.DESTINATION_INCARNATION & 0xFF_FFFF);
        expectNumber(sample, frame, "infiniband.deth.q_key", Integer.toUnsignedLong(SampleFrames.SOURCE_INCARNATION));
        expectNumber(sample, frame, "infiniband.deth.srcqp", SampleFrames.SOURCE_QP);
        expectNumber(sample, frame, "infiniband.reth.va", SampleFrames.VIRTUAL_ADDRESS);
        expectNumber(sample, frame, "infiniband.reth.r_key", Integer.toUnsignedLong(SampleFrames.KEY));
        expectNumber(sample, frame, "infiniband.reth.dmalen", sample.payloadBytes());
        boolean immediate = sample.opcode() == Opcode.WRITE_IMMEDIATE;
        expect(sample, frame, "infiniband.immdt", immediate ? "%08x".formatted(SampleFrames.IMMEDIATE) : "");
        byte[] bytes = sample.bytes();
        int icrc = MemorySegment.ofArray(bytes)
                .get(ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN), bytes.length - 4L);
        expectNumber(sample, frame, "infiniband.invariant.crc", Integer.toUnsignedLong(icrc));
    }

    @Test
    void shouldShowOurFieldsWhenTsharkHasTheLuaFile() throws IOException, InterruptedException {
        List<Sample> samples = SampleFrames.all();
        Path capture = capture(bytesOf(samples));
        Tshark.assumeLua(capture);
        List<Map<String, String>> frames = Tshark.fields(capture, true, OURS);
        assertEquals(samples.size(), frames.size());
        for (int i = 0; i < samples.size(); i++) {
            Sample sample = samples.get(i);
            Map<String, String> frame = frames.get(i);
            expect(sample, frame, "_ws.malformed", "");
            expect(sample, frame, "_ws.expert.severity", "");
            expect(sample, frame, "heliograph.opcode", "0x%02x".formatted(sample.opcode()));
            expect(sample, frame, "heliograph.psn", Integer.toString(SampleFrames.PSN));
            expect(sample, frame, "heliograph.entropy", "0xc123");
            expect(sample, frame, "heliograph.destination_engine", "7");
            expect(sample, frame, "heliograph.destination_queue", "4660");
            expect(sample, frame, "heliograph.destination_incarnation", "0xa1b2c3d4");
            expect(sample, frame, "heliograph.source_incarnation", "0x91929394");
            expect(sample, frame, "heliograph.source_engine", "9");
            expect(sample, frame, "heliograph.source_queue", "17185");
            switch (sample.kind()) {
                case PacketKind.DATA -> expectData(sample, frame);
                case PacketKind.SACK -> expectSack(sample, frame);
                case PacketKind.NACK -> expectNack(sample, frame);
                default -> expectProbe(sample, frame);
            }
        }
    }

    @Test
    void shouldSayTrimmedWhenASwitchCutTheFrame() throws IOException, InterruptedException {
        List<byte[]> frames = new ArrayList<>();
        for (boolean isIpv4 : new boolean[] {true, false}) {
            frames.add(SampleFrames.trimmed(SampleFrames.named("write-large", isIpv4), 128, true));
            frames.add(SampleFrames.named("write-large", isIpv4).bytes());
        }
        Path capture = capture(frames);
        Tshark.assumeLua(capture);
        List<Map<String, String>> shown = Tshark.fields(capture, true, List.of("heliograph.trimmed"));
        for (int i = 0; i < frames.size(); i++) {
            assertEquals(isTrue(i % 2 == 0), normal(shown.get(i).get("heliograph.trimmed")));
        }
    }

    private static void expectData(Sample sample, Map<String, String> frame) {
        String name = sample.name().substring(0, sample.name().length() - 2);
        String kind = "void".equals(name) ? "VOID" : Opcode.name(sample.opcode());
        expect(sample, frame, "heliograph.kind", kind);
        expect(sample, frame, "heliograph.trimmed", isTrue(false));
        expect(sample, frame, "heliograph.flags.fenced", isTrue("write-imm".equals(name)));
        expect(sample, frame, "heliograph.flags.void", isTrue("void".equals(name)));
        expect(sample, frame, "heliograph.flags.retransmitted", isTrue("write".equals(name)));
        expect(sample, frame, "heliograph.message_packets", "66051");
        expect(sample, frame, "heliograph.msn", "4275878552");
        String horizon = "void".equals(name) ? Long.toString(SampleFrames.VIRTUAL_ADDRESS) : "";
        expect(sample, frame, "heliograph.horizon", horizon);
    }

    private static void expectSack(Sample sample, Map<String, String> frame) {
        expect(sample, frame, "heliograph.kind", "SACK");
        expect(sample, frame, "heliograph.sack.cumulative_psn", Integer.toString(SampleFrames.CUMULATIVE_PSN));
        expect(sample, frame, "heliograph.sack.offset", "-5");
        expect(sample, frame, "heliograph.sack.bitmap", "0x8000000000001f01");
        int first = SampleFrames.CUMULATIVE_PSN + SampleFrames.BITMAP_OFFSET;
        String received = "%d %d-%d %d".formatted(first, first + 8, first + 12, first + 63);
        expect(sample, frame, "heliograph.sack.received", received);
        expect(sample, frame, "heliograph.reflected_entropy", "0xd00f");
    }

    private static void expectNack(Sample sample, Map<String, String> frame) {
        expect(sample, frame, "heliograph.kind", "NACK");
        int reason = Integer.decode(frame.getOrDefault("heliograph.nack.reason", ""));
        assertEquals(sample.name().substring(5, sample.name().length() - 2), NackReason.name(reason));
        expect(sample, frame, "heliograph.reflected_entropy", "0xd00f");
        expect(sample, frame, "heliograph.msn", "4275878552");
        expect(sample, frame, "heliograph.nack.information", "1000000");
    }

    private static void expectProbe(Sample sample, Map<String, String> frame) {
        boolean answer = sample.name().startsWith("probe-answer");
        expect(sample, frame, "heliograph.kind", answer ? "PROBE_ANSWER" : "PROBE");
        expect(sample, frame, "heliograph.probe.answer", isTrue(answer));
        expect(sample, frame, "heliograph.probe.nonce", "0x55aa1234");
    }

    private static void expect(Sample sample, Map<String, String> frame, String field, String value) {
        assertEquals(value, normal(frame.get(field)), () -> sample + " " + field);
    }

    /** Whether a number is shown in decimal or hexadecimal differs between versions of tshark. */
    private static void expectNumber(Sample sample, Map<String, String> frame, String field, long value) {
        String text = normal(frame.get(field));
        long shown = text.startsWith("0x") ? Long.parseUnsignedLong(text.substring(2), 16) : Long.parseLong(text);
        assertEquals(value, shown, () -> sample + " " + field);
    }

    /** Later versions of tshark write True and False for 1 and 0. */
    private static String normal(@Nullable String value) {
        return switch (value) {
            case null -> "";
            case "True" -> isTrue(true);
            case "False" -> isTrue(false);
            default -> value;
        };
    }

    private static String isTrue(boolean value) {
        return value ? "1" : "0";
    }

    private static List<byte[]> bytesOf(List<Sample> samples) {
        List<byte[]> frames = new ArrayList<>();
        for (Sample sample : samples) {
            frames.add(sample.bytes());
        }
        return frames;
    }

    private Path capture(List<byte[]> frames) {
        Path file = folder.resolve("samples.pcapng");
        try (Arena arena = Arena.ofConfined();
                PcapngWriter writer = PcapngWriter.create(file)) {
            int port = writer.addInterface("test");
            for (byte[] bytes : frames) {
                MemorySegment frame = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
                writer.sent(port, 1_700_000_000_000_000_000L, frame.address(), bytes.length);
            }
        }
        return file;
    }
}
