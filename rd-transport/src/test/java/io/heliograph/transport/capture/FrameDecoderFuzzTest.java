package io.heliograph.transport.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.heliograph.testing.FuzzInput;
import io.heliograph.transport.wire.FrameSeal;
import io.heliograph.transport.wire.UdpLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Map;
import org.junit.jupiter.api.Tag;

/** Fuzz target: any frame, whole or cut, is described in the types that are promised. */
@Tag("fuzz")
final class FrameDecoderFuzzTest {
    private static final FrameDecoder DECODER = new FrameDecoder(Arena.global(), UdpLayout.ROCE_V2_PORT);
    private static final FrameSeal SEAL = new FrameSeal(Arena.global());

    @FuzzTest
    void shouldDescribeFrameWhenItIsAnything(byte[] data) {
        FuzzInput input = new FuzzInput(data);
        int mode = input.next();
        int linkType = (mode & 1) == 0 ? CapturedFrame.LINKTYPE_ETHERNET : input.nextShort();
        int cutBytes = (mode & 2) == 0 ? 0 : input.next();
        byte[] bytes = input.rest();
        if ((mode & 4) != 0) {
            SEAL.seal(bytes);
        }
        Map<String, Object> fields = DECODER.decode(
                new CapturedFrame(1, 0, 0, linkType, MemorySegment.ofArray(bytes), bytes.length + cutBytes));
        assertEquals((Object) 1L, fields.get("frame"));
        assertTrue(fields.containsKey("kind") || fields.containsKey("error"), "says nothing");
        fields.forEach((name, value) -> assertTrue(
                value instanceof Integer
                        || value instanceof Long
                        || value instanceof Boolean
                        || value instanceof String,
                name));
    }
}
