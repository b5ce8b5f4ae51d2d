package io.heliograph.benchmarks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;

/** Fuzz target: any line is a message whose fields are in range when read, or is refused in a sentence fit for a terminal. */
@Tag("fuzz")
final class MessageFuzzTest {
    @FuzzTest
    void shouldReadOrRefuseWhenLineIsAnything(byte[] data) {
        Message message;
        try {
            message = Message.parse(new String(data, StandardCharsets.UTF_8));
        } catch (RunFailure e) {
            assertPrintable(e);
            return;
        }
        assertEquals(message.op(), Message.parse(message.toString()).op());
        read(message, each -> assertTrue(each.text("command", 64).length() <= 64));
        read(message, each -> assertTrue(each.text("address", 64).length() <= 64));
        read(message, each -> {
            long mtu = each.number("mtu", 0, 65_535);
            assertTrue(mtu >= 0 && mtu <= 65_535);
        });
        read(message, each -> assertTrue(each.measure("heapBytesPerPacket") >= 0));
        read(message, each -> assertEquals(3, each.numbers("values", 3).length));
        read(message, each -> {
            RemoteRegion region = RemoteRegion.read(each, 1);
            assertTrue(region.address() > 0 && region.lengthBytes() > 0);
        });
    }

    private static void read(Message message, Consumer<Message> field) {
        try {
            field.accept(message);
        } catch (RunFailure e) {
            assertPrintable(e);
        }
    }

    private static void assertPrintable(RunFailure failure) {
        String text = String.valueOf(failure.getMessage());
        assertTrue(text.startsWith("malformed rendezvous message: "));
        assertFalse(text.chars().anyMatch(Character::isISOControl), "a control character");
        assertTrue(text.length() < 400, "too long to read");
    }
}
