package io.heliograph.transport.capture;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class CaptureReaderTest {
    private static final long SEED = 0x5EED_0004L;
    private static final int MICROSECONDS = 0xA1B2_C3D4;
    private static final int NANOSECONDS = 0xA1B2_3C4D;
    private static final int ETHERNET = CapturedFrame.LINKTYPE_ETHERNET;

    @TempDir
    @SuppressWarnings("NullAway.Init") // JUnit's injection
    private Path folder;

    /** What of a frame outlives its reader. */
    private record Seen(
            long number, long timestampNs, int interfaceIndex, int linkType, long originalBytes, String data) {}

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTellFramesAndTimesWhenTheFileIsPcap(boolean bigEndian) throws IOException {
        for (int magic : new int[] {MICROSECONDS, NANOSECONDS}) {
            byte[] file = new CaptureBuilder(order(bigEndian))
                    .pcapHeader(magic, ETHERNET)
                    .pcapPacket(1_700_000_000, 123_456, 3, data(3))
                    .pcapPacket(0xF000_0000, 7, 1500, data(5))
                    .bytes();
            int unitNs = magic == MICROSECONDS ? 1_000 : 1;
            List<Seen> seen = read(file);
            assertEquals(2, seen.size());
            assertEquals(
                    new Seen(1, 1_700_000_000_000_000_000L + 123_456L * unitNs, 0, ETHERNET, 3, text(3)), seen.get(0));
            assertEquals(
                    new Seen(2, 0xF000_0000L * 1_000_000_000L + 7L * unitNs, 0, ETHERNET, 1500, text(5)), seen.get(1));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void shouldTellFramesOfAllSectionsWhenTheFileIsPcapng(boolean bigEndian) throws IOException {
        CaptureBuilder first = new CaptureBuilder(order(bigEndian))
                .section()
                .interfaceBlock(ETHERNET, 0, 9)
                .interfaceBlock(113, 4, 6)
                .enhanced(0, 1_700_000_000_123_456_789L, 3, data(3))
                .block(0x0BAD_0BAD, new CaptureBuilder(order(bigEndian)).ints(1, 2, 3))
                .enhanced(1, 1_700_000_000_123_456L, 4, data(4))
                .simple(5, data(5));
        CaptureBuilder second = new CaptureBuilder(order(!bigEndian))
                .section()
                .interfaceBlock(ETHERNET, 2, 0x80 | 20)
                .enhanced(0, 3L << 19, 1000, data(9))
                .simple(5, data(2))
                .block(
                        2,
                        new CaptureBuilder(order(!bigEndian))
                                .shorts(0, 1)
                                .ints(0, 1 << 20, 1, 1)
                                .append(data(1)));
        List<Seen> seen = read(first.append(second.bytes()).bytes());
        assertEquals(
                List.of(
                        new Seen(1, 1_700_000_000_123_456_789L, 0, ETHERNET, 3, text(3)),
                        new Seen(2, 1_700_000_000_123_456_000L, 1, 113, 4, text(4)),
                        new Seen(3, 0, 0, ETHERNET, 5, text(5)),
                        new Seen(4, 1_500_000_000L, 0, ETHERNET, 1000, text(9)),
                        new Seen(5, 0, 0, ETHERNET, 5, text(2)),
                        new Seen(6, 1_000_000_000L, 0, ETHERNET, 1, text(1))),
                seen);
    }

    @Test
    void shouldReadWhatTheWriterWroteWhenItIsOurOwn() throws IOException {
        Path file = folder.resolve("own.pcapng");
        try (Arena arena = Arena.ofConfined();
                PcapngWriter writer = PcapngWriter.create(file)) {
            int first = writer.addInterface("first");
            int second = writer.addInterface("second");
            MemorySegment frame = arena.allocateFrom(ValueLayout.JAVA_BYTE, data(61));
            writer.sent(first, 1_700_000_000_123_456_789L, frame.address(), 61);
            writer.received(second, 1_700_000_000_123_456_790L, frame.address(), 60);
        }
        assertEquals(
                List.of(
                        new Seen(1, 1_700_000_000_123_456_789L, 0, ETHERNET, 61, text(61)),
                        new Seen(2, 1_700_000_000_123_456_790L, 1, ETHERNET, 60, text(60))),
                read(Files.readAllBytes(file)));
    }

    @Test
    void shouldSayCutWhenTheCaptureHoldsLessThanThereWas() throws IOException {
        byte[] file = new CaptureBuilder(ByteOrder.LITTLE_ENDIAN)
                .pcapHeader(MICROSECONDS, ETHERNET)
                .pcapPacket(0, 0, 3, data(3))
                .pcapPacket(0, 0, 4, data(3))
                .bytes();
        try (CaptureReader reader = CaptureReader.open(write(file))) {
            CapturedFrame whole = reader.next();
            CapturedFrame cut = reader.next();
            assertTrue(whole != null && !whole.isCut());
            assertTrue(cut != null && cut.isCut());
        }
    }

    @Test
    void shouldTellTheFramesBeforeAndThenFailWhenTheFileEndsTooEarly() throws IOException {
        byte[] pcap = new CaptureBuilder(ByteOrder.LITTLE_ENDIAN)
                .pcapHeader(MICROSECONDS, ETHERNET)
                .pcapPacket(0, 0, 20, data(20))
                .pcapPacket(0, 0, 20, data(20))
                .bytes();
        expectFramesThenFailure(pcap, 24, 36);
        CaptureBuilder head =
                new CaptureBuilder(ByteOrder.LITTLE_ENDIAN).section().interfaceBlock(ETHERNET, 0, 9);
        int headBytes = head.bytes().length;
        byte[] pcapng =
                head.enhanced(0, 0, 20, data(20)).enhanced(0, 0, 20, data(20)).bytes();
        expectFramesThenFailure(pcapng, headBytes, 52);
    }

    @Test
    void shouldFailInOneSentenceWhenTheFileIsNoCapture() throws IOException {
        for (byte[] file : new byte[][] {{}, {1, 2, 3}, "not a capture at all".getBytes(StandardCharsets.UTF_8)}) {
            CaptureFormatException failure = assertThrows(CaptureFormatException.class, () -> read(file));
            assertTrue(String.valueOf(failure.getMessage()).startsWith("neither pcap nor pcapng: bytes="));
        }
        assertThrows(IOException.class, () -> CaptureReader.open(folder));
        assertThrows(IOException.class, () -> CaptureReader.open(folder.resolve("absent")));
    }

    @Test
    void shouldFailButNeverOtherwiseWhenBytesOfTheFileAreWrong() throws IOException {
        SplittableRandom random = new SplittableRandom(SEED);
        byte[] pcapng = new CaptureBuilder(ByteOrder.LITTLE_ENDIAN)
                .section()
                .interfaceBlock(ETHERNET, 0, 9)
                .enhanced(0, 1, 20, data(20))
                .simple(20, data(20))
                .bytes();
        int failures = 0;
        for (int round = 0; round < 2_000; round++) {
            byte[] file = pcapng.clone();
            file[random.nextInt(file.length)] = (byte) random.nextInt();
            file[random.nextInt(file.length)] ^= (byte) (1 << random.nextInt(8));
            try {
                read(file);
            } catch (CaptureFormatException e) {
                failures++;
            }
        }
        assertTrue(failures > 100);
    }

    private void expectFramesThenFailure(byte[] file, int firstFrame, int frameBytes) throws IOException {
        for (int length = firstFrame; length <= file.length; length++) {
            try (CaptureReader reader = CaptureReader.open(write(Arrays.copyOf(file, length)))) {
                for (int frames = (length - firstFrame) / frameBytes; frames > 0; frames--) {
                    CapturedFrame frame = Objects.requireNonNull(reader.next());
                    assertArrayEquals(data(20), frame.data().toArray(ValueLayout.JAVA_BYTE));
                }
                if ((length - firstFrame) % frameBytes == 0) {
                    assertFalse(reader.next() != null);
                } else {
                    CaptureFormatException failure = assertThrows(CaptureFormatException.class, reader::next);
                    assertTrue(String.valueOf(failure.getMessage()).startsWith("the capture ends within "));
                }
            }
        }
    }

    private List<Seen> read(byte[] file) throws IOException {
        List<Seen> seen = new ArrayList<>();
        try (CaptureReader reader = CaptureReader.open(write(file))) {
            for (CapturedFrame frame = reader.next(); frame != null; frame = reader.next()) {
                seen.add(new Seen(
                        frame.number(),
                        frame.timestampNs(),
                        frame.interfaceIndex(),
                        frame.linkType(),
                        frame.originalBytes(),
                        Arrays.toString(frame.data().toArray(ValueLayout.JAVA_BYTE))));
            }
        }
        return seen;
    }

    private Path write(byte[] file) throws IOException {
        return Files.write(folder.resolve("capture"), file);
    }

    private static ByteOrder order(boolean bigEndian) {
        return bigEndian ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    private static byte[] data(int bytes) {
        byte[] data = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            data[i] = (byte) (i + 1);
        }
        return data;
    }

    private static String text(int bytes) {
        return Arrays.toString(data(bytes));
    }
}
