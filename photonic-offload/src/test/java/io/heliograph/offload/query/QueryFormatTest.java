package io.heliograph.offload.query;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.NativeMemory;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The bytes of QUERIES.md, Q2, Q4 and Q10, one by one. */
final class QueryFormatTest {

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment bytes = arena.allocate(64, 8).fill((byte) 0xEE);
    private final long at = bytes.address();

    @AfterEach
    void close() {
        arena.close();
    }

    private String hex(int count) {
        return HexFormat.of().formatHex(bytes.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE));
    }

    @Test
    void q2ShouldLayOutAQuery() {
        QueryLayout.put(at, 0x1234, QueryLayout.STEPPED, 0x0102030405060708L);
        assertEquals("48510101" + "12340001" + "0102030405060708" + "ee", hex(17));
        assertEquals(ReplyCode.RESULT, QueryLayout.check(at, 16));
        assertEquals(0x1234, QueryLayout.model(at));
        assertEquals(1, QueryLayout.flags(at));
        assertEquals(0x0102030405060708L, QueryLayout.queryId(at));
        assertEquals(at + 16, QueryLayout.activations(at));
    }

    @Test
    void q4ShouldLayOutAnAnswer() {
        ReplyLayout.putResult(at, 0x1234, 1, 0x0102030405060708L, 7, 2, 784);
        ReplyLayout.putCycles(at, 16_825, 16_696, 253_437_500L);
        ReplyLayout.putEnergy(at, 12_652_900L);
        ReplyLayout.putSum(at, 0, -2);
        ReplyLayout.putSum(at, 1, 0x7FFF);
        assertEquals(
                "48510180" + "12340001" + "0102030405060708" + "00070002" + "00000310" + "000041b9" + "00004138"
                        + "000000000f1b263c" + "0000000000c11164" + "fffe7fff" + "ee",
                hex(53));
        assertEquals(52, ReplyLayout.bytes(2));
        assertEquals(
                new Reply(
                        ReplyCode.RESULT,
                        0x1234,
                        1,
                        0x0102030405060708L,
                        7,
                        784,
                        16_825,
                        16_696,
                        253_437_500L,
                        12_652_900L,
                        List.of(-2, 32_767)),
                Reply.read(at, 52));
        assertThrows(IllegalArgumentException.class, () -> Reply.read(at, 51));
        assertEquals(48, ReplyLayout.putError(at, ReplyCode.WRONG_SIZE, 3, 0, 9, 784));
        assertEquals("48510182" + "00030000" + "0000000000000009" + "ffff0000" + "00000310" + "00".repeat(24), hex(48));
        assertEquals(
                new Reply(ReplyCode.WRONG_SIZE, 3, 0, 9, ReplyLayout.NO_CLASS, 784, 0, 0, 0, 0, List.of()),
                Reply.read(at, 48));
    }

    @Test
    void q5ShouldTellQueriesFromOthers() {
        QueryLayout.put(at, 0, 0, 1);
        assertEquals(ReplyCode.MALFORMED, QueryLayout.check(at, 15), "too short");
        for (int offset = 0; offset < 8; offset++) {
            if (offset == QueryLayout.MODEL || offset == QueryLayout.MODEL + 1) {
                continue; // any model may be asked
            }
            byte right = NativeMemory.getByte(at + offset);
            NativeMemory.putByte(at + offset, (byte) (right ^ 2));
            assertEquals(ReplyCode.MALFORMED, QueryLayout.check(at, 16), "offset=" + offset);
            NativeMemory.putByte(at + offset, right);
        }
        assertEquals(ReplyCode.RESULT, QueryLayout.check(at, 16));
        NativeMemory.putByte(at + QueryLayout.TYPE, (byte) ReplyCode.MALFORMED);
        assertTrue(ReplyCode.isSilent(QueryLayout.check(at, 16)), "an answer is never answered");
        assertFalse(ReplyLayout.isReply(at, 47));
    }

    @Test
    void q10ShouldLayOutAWindowsSlot() {
        WindowLayout.put(at, 0x0102030405060708L, 0xA1B2C3D4);
        assertEquals("0102030405060708" + "a1b2c3d4" + "00000000" + "ee", hex(17));
        assertEquals(0x0102030405060708L, WindowLayout.replyAddress(at));
        assertEquals(0xA1B2C3D4, WindowLayout.replyKey(at));
        assertTrue(WindowLayout.isWindow(0x4851_0007));
        assertFalse(WindowLayout.isWindow(0x4850_0007));
        assertEquals(7, WindowLayout.slot(0x4851_0007));
    }
}
