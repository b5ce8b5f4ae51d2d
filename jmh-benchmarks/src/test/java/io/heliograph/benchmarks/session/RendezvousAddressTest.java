package io.heliograph.benchmarks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RendezvousAddressTest {

    @ParameterizedTest
    @CsvSource({
        "localhost,           localhost,   18515",
        "localhost:7,         localhost,   7",
        "198.18.0.1:65535,    198.18.0.1,  65535",
        "2001:2::1,           2001:2::1,   18515",
        "[2001:2::1],         2001:2::1,   18515",
        "[2001:2::1]:80,      2001:2::1,   80"
    })
    void shouldReadHostAndPortWhenTextIsOne(String text, String host, int port) {
        assertEquals(new RendezvousAddress.Tcp(host, port), RendezvousAddress.parse(text, 18515));
    }

    @Test
    void shouldReadAPathWhenTextBeginsWithUnix() {
        assertEquals(
                new RendezvousAddress.Unix(Path.of("/tmp/a b:c")), RendezvousAddress.parse("unix:/tmp/a b:c", 18515));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":80",
                "host:",
                "host:x",
                "host:65536",
                "host:-1",
                "a b",
                "[::1",
                "[::1]x",
                "unix:",
                "a/b"
            })
    void shouldSayOneSentenceWhenTextIsNoAddress(String text) {
        var refusal = assertThrows(IllegalArgumentException.class, () -> RendezvousAddress.parse(text, 18515));
        assertTrue(String.valueOf(refusal.getMessage()).startsWith("not a rendezvous address"), refusal::getMessage);
    }

    @Test
    void shouldRefuseAPathThatASocketCannotHave() {
        assertThrows(
                IllegalArgumentException.class,
                () -> RendezvousAddress.parse("unix:/" + "x".repeat(RendezvousAddress.LONGEST_UNIX_PATH), 18515));
    }
}
