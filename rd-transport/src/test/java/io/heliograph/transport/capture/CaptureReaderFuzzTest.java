package io.heliograph.transport.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Tag;

/** Fuzz target: any bytes as a capture file give frames that lie in it, or are refused as what they are. */
@Tag("fuzz")
final class CaptureReaderFuzzTest {
    private static final int LEAST_BYTES_A_FRAME = 16;

    @FuzzTest
    void shouldReadOrRefuseWhenFileIsAnything(byte[] data) {
        MemorySegment file = MemorySegment.ofArray(data);
        long frames = 0;
        try {
            FrameSource source = CaptureReader.source(file);
            for (CapturedFrame frame = source.next(); frame != null; frame = source.next()) {
                frames++;
                assertEquals(frames, frame.number());
                assertTrue(frame.data().byteSize() <= data.length, "more bytes than the file has");
                assertTrue(frame.originalBytes() >= 0 && frame.interfaceIndex() >= 0);
                assertTrue(frames * LEAST_BYTES_A_FRAME <= data.length, "more frames than the file can hold");
            }
        } catch (CaptureFormatException e) {
            assertTrue(e.getMessage() != null && !e.getMessage().isEmpty());
        }
    }
}
