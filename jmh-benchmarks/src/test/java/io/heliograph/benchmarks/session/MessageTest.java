package io.heliograph.benchmarks.session;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MessageTest {

    @Test
    void shouldReadWhatItWrote() {
        Message sent = Message.of("file")
                .with("name", "ä \"file\"\n")
                .with("bytes", Long.MAX_VALUE)
                .with("share", 0.25)
                .with("slots", new long[] {1, -1});
        Message read = Message.parse(sent.toString());
        assertEquals("file", read.op());
        assertEquals("ä \"file\"\n", read.text("name", 20));
        assertEquals(Long.MAX_VALUE, read.number("bytes", 0, Long.MAX_VALUE));
        assertEquals(0.25, read.measure("share"));
        assertArrayEquals(new long[] {1, -1}, read.numbers("slots", 2));
        assertFalse(sent.toString().contains("\n"), "a message is one line");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "hello",
                "[]",
                "1",
                "null",
                "{",
                "{}",
                "{\"op\":1}",
                "{\"op\":\"a\"} x",
                "{\"op\":\"a\",\"op\":\"b\"}",
                "GET / HTTP/1.1",
                "\u0000\u0001"
            })
    void shouldSayOneSentenceWhenALineIsNoMessage(String line) {
        var refusal = assertThrows(RunFailure.class, () -> Message.parse(line));
        assertTrue(
                String.valueOf(refusal.getMessage()).startsWith("malformed rendezvous message"), refusal::getMessage);
        assertEquals(1, String.valueOf(refusal.getMessage()).lines().count());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"op\":\"a\"}",
                "{\"op\":\"a\",\"n\":\"1\"}",
                "{\"op\":\"a\",\"n\":1.5}",
                "{\"op\":\"a\",\"n\":11}",
                "{\"op\":\"a\",\"n\":-1}",
                "{\"op\":\"a\",\"n\":1e300}",
                "{\"op\":\"a\",\"n\":18446744073709551616}",
                "{\"op\":\"a\",\"n\":null}"
            })
    void shouldRefuseWhatIsNoNumberWithinBounds(String line) {
        assertThrows(RunFailure.class, () -> Message.parse(line).number("n", 0, 10));
    }

    @Test
    void shouldRefuseTextAndListsThatDoNotFit() {
        Message message = Message.of("a").with("text", "12345").with("list", new long[] {1});
        assertThrows(RunFailure.class, () -> message.text("text", 4));
        assertThrows(RunFailure.class, () -> message.numbers("list", 2));
        assertThrows(RunFailure.class, () -> message.measure("text"));
    }
}
