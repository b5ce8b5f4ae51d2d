package io.heliograph.transport.verbs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.heliograph.transport.CompletionStatus;
import io.heliograph.transport.IpAddress;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

/** What is said at the rendezvous, byte for byte; needs no device. */
class HelloTest {
    private static final Hello HELLO = new Hello(
            0x0102_0304, 3, IpAddress.parse("192.168.77.1"), 0x11, 0xab_cdef, 4096, 0x1234_5678, 1L << 40, 1 << 20);

    @Test
    void shouldReadWhatWasWritten() {
        ByteBuffer bytes = ByteBuffer.allocate(Hello.BYTES);
        HELLO.write(bytes);
        assertEquals(0, bytes.remaining());
        assertEquals(HELLO, Hello.read(bytes.flip()));
        Answer answer = new Answer(-1, true, 0x12, 7, 1024, CompletionStatus.OUT_OF_BOUNDS);
        ByteBuffer answered = ByteBuffer.allocate(Answer.BYTES);
        answer.write(answered);
        assertEquals(0, answered.remaining());
        assertEquals(answer, Answer.read(answered.flip()));
    }

    @Test
    void shouldHaveTheLayoutThatItsDocumentGives() {
        ByteBuffer bytes = ByteBuffer.allocate(Hello.BYTES);
        HELLO.write(bytes);
        assertEquals(0x4845_4c49_4f52_4331L, bytes.getLong(0), "HELIORC1");
        assertEquals(0x0102_0304, bytes.getInt(8));
        assertEquals(3, bytes.getInt(12));
        assertEquals(0x0000_ffff_c0a8_4d01L, bytes.getLong(24));
        assertEquals(0x11, bytes.getInt(32));
        assertEquals(0xab_cdef, bytes.getInt(36));
        assertEquals(4096, bytes.getInt(40));
        assertEquals(0x1234_5678, bytes.getInt(44));
        assertEquals(1L << 40, bytes.getLong(48));
        assertEquals(1 << 20, bytes.getLong(56));
    }

    @Test
    void shouldRefuseWhatIsSomethingElse() {
        assertNull(Hello.read(ByteBuffer.allocate(Hello.BYTES)));
        assertNull(Answer.read(ByteBuffer.allocate(Answer.BYTES)));
        ByteBuffer hello = ByteBuffer.allocate(Hello.BYTES);
        HELLO.write(hello);
        assertNull(Answer.read(hello.flip()), "a hello is no answer");
    }
}
