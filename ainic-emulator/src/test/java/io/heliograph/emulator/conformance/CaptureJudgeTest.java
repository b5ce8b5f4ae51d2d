package io.heliograph.emulator.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.conformance.Verdict.Outcome;
import io.heliograph.emulator.conformance.Verdict.TracedFrame;
import io.heliograph.emulator.conformance.dut.EmulatorDevice;
import io.heliograph.emulator.conformance.dut.EndpointDevice;
import io.heliograph.transport.IpAddress;
import io.heliograph.transport.capture.CaptureFormatException;
import io.heliograph.transport.rate.RateTable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Captures of correct devices pass, those of faulty ones do not, and bad files are read as far as they are sound. */
class CaptureJudgeTest {
    private static final IpAddress DEVICE = IpAddress.parse("198.18.0.1");
    private static final CaptureJudge.Options AT_DEVICE = new CaptureJudge.Options(DEVICE, true, 64, 1, null);

    @TempDir
    private Path directory;

    private static Scenario scenario(String name) {
        return ScenarioReader.shipped().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private Path capture(List<TracedFrame> trace) {
        Path file = directory.resolve("capture.pcapng");
        ReportFiles.pcapng(trace, file);
        return file;
    }

    private static String broken(CaptureJudge judge) {
        StringBuilder text = new StringBuilder();
        for (RuleResult each : judge.report().results()) {
            Verdict first = each.first();
            if (first != null) {
                text.append(each.rule())
                        .append(": ")
                        .append(first.explanation())
                        .append('\n');
            }
        }
        return text.toString();
    }

    @Test
    void shouldPassWhenDevicesAreCorrect() throws IOException {
        for (String name : List.of("noisy-link", "single-losses", "trimmed-by-the-link", "fences-through-a-bad-link")) {
            for (DeviceFactory devices : List.<DeviceFactory>of(EndpointDevice::open, EmulatorDevice::open)) {
                for (long seed = 1; seed <= 3; seed++) {
                    Verdict verdict = Conformance.run(scenario(name), devices, seed, "");
                    assertEquals(Outcome.PASS, verdict.outcome(), verdict::explanation);
                    CaptureJudge judge = CaptureJudge.of(capture(verdict.trace()), AT_DEVICE);
                    assertEquals("", broken(judge), name);
                    assertTrue(judge.report().runs() > 5);
                }
            }
        }
    }

    @Test
    void shouldFailWhenRetransmissionHasNoCauseOrAcknowledgementLies() throws IOException {
        List<TracedFrame> trace =
                new ArrayList<>(Conformance.run(scenario("single-losses"), EndpointDevice::open, 1, "")
                        .trace());
        try (WireCodec codec = new WireCodec(4791)) {
            int data = -1;
            int sack = -1;
            for (int i = 0; i < trace.size(); i++) {
                WirePacket packet =
                        codec.decode(trace.get(i).bytes(), trace.get(i).timeNs());
                if (packet != null
                        && packet.kind() == WireKind.DATA
                        && trace.get(i).fromDevice()
                        && data < 0) {
                    data = i;
                }
                if (packet != null && packet.kind() == WireKind.SACK && sack < 0) {
                    sack = i;
                }
            }
            TracedFrame first = trace.get(data);
            List<TracedFrame> twice = new ArrayList<>(trace);
            twice.add(data + 1, new TracedFrame(first.timeNs() + 1, true, first.bytes()));
            assertTrue(broken(CaptureJudge.of(capture(twice), AT_DEVICE)).contains("R9.1: frame"));
            TracedFrame told = trace.get(sack);
            WirePacket truth = Objects.requireNonNull(codec.decode(told.bytes(), told.timeNs()));
            byte[] lie = codec.encode(FaultyWire.with(truth, PacketField.CUMULATIVE, 500));
            List<TracedFrame> lying = new ArrayList<>(trace);
            lying.set(sack, new TracedFrame(told.timeNs(), told.fromDevice(), lie));
            assertTrue(broken(CaptureJudge.of(capture(lying), new CaptureJudge.Options(null, false, 64, 1, null)))
                    .contains("R6.2: frame"));
            byte[] flipped = told.bytes().clone();
            flipped[flipped.length - 1] ^= 1;
            lying.set(sack, new TracedFrame(told.timeNs(), told.fromDevice(), flipped));
            assertTrue(broken(CaptureJudge.of(capture(lying), CaptureJudge.Options.DEFAULT))
                    .contains("BAD_ICRC"));
        }
    }

    @Test
    void shouldFailWhenPacingIsFasterThanTheTable() throws IOException {
        List<TracedFrame> trace = Conformance.run(scenario("paced-for-long"), EndpointDevice::open, 1, "")
                .trace();
        RateTable right = table(400_000_000);
        RateTable slower = table(396_000_000);
        assertEquals("", broken(CaptureJudge.of(capture(trace), new CaptureJudge.Options(DEVICE, true, 64, 1, right))));
        assertTrue(broken(CaptureJudge.of(capture(trace), new CaptureJudge.Options(DEVICE, true, 64, 1, slower)))
                .contains("R12.2: frame"));
    }

    private static RateTable table(long rate) {
        return RateTable.builder(100_000_000_000L)
                .flow(DEVICE, IpAddress.parse("198.18.0.2"), 0, rate)
                .build();
    }

    @Test
    void shouldSayWhatWasNotJudgedWhenFileIsBad() throws IOException {
        List<TracedFrame> trace = Conformance.run(scenario("single-losses"), EndpointDevice::open, 1, "")
                .trace();
        Path file = capture(trace);
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 30));
        CaptureJudge cut = CaptureJudge.of(file, CaptureJudge.Options.DEFAULT);
        assertEquals("", broken(cut));
        assertTrue(cut.notes().toString().contains("broken behind frame " + (trace.size() - 1)), cut.notes()::toString);

        Files.write(file, pcap(101, 65_535, trace));
        CaptureJudge foreign = CaptureJudge.of(file, CaptureJudge.Options.DEFAULT);
        assertEquals(0, foreign.report().runs());
        assertTrue(foreign.notes().toString().contains("link type 101"), foreign.notes()::toString);

        Files.write(file, pcap(1, 128, trace));
        CaptureJudge snapped = CaptureJudge.of(file, CaptureJudge.Options.DEFAULT);
        assertEquals("", broken(snapped));
        assertTrue(snapped.notes().toString().contains("cut by the capture"), snapped.notes()::toString);

        List<TracedFrame> shuffled = new ArrayList<>(trace);
        shuffled.add(0, shuffled.removeLast());
        CaptureJudge sorted = CaptureJudge.of(capture(shuffled), AT_DEVICE);
        assertEquals("", broken(sorted));
        assertTrue(sorted.notes().toString().contains("order of their times"), sorted.notes()::toString);

        Files.writeString(file, "no capture at all");
        assertThrows(CaptureFormatException.class, () -> CaptureJudge.of(file, CaptureJudge.Options.DEFAULT));
    }

    private static byte[] pcap(int linkType, int snapLength, List<TracedFrame> trace) {
        ByteBuffer file = ByteBuffer.allocate(1 << 20).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0xA1B23C4D)
                .putShort((short) 2)
                .putShort((short) 4)
                .putInt(0)
                .putInt(0);
        file.putInt(snapLength).putInt(linkType);
        for (TracedFrame each : trace) {
            int kept = Math.min(snapLength, each.bytes().length);
            file.putInt((int) (each.timeNs() / 1_000_000_000)).putInt((int) (each.timeNs() % 1_000_000_000));
            file.putInt(kept).putInt(each.bytes().length).put(each.bytes(), 0, kept);
        }
        return Arrays.copyOf(file.array(), file.position());
    }
}
