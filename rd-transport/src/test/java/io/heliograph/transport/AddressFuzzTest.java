package io.heliograph.transport;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;

/** Fuzz target: any text is an IP address or a MAC address that reads back from what it prints, or is refused as neither. */
@Tag("fuzz")
final class AddressFuzzTest {
    @FuzzTest
    void shouldReadBackOrRefuseWhenTextIsAnything(byte[] data) {
        String text = new String(data, StandardCharsets.UTF_8);
        try {
            IpAddress address = IpAddress.parse(text);
            assertEquals(address, IpAddress.parse(address.toString()));
        } catch (IllegalArgumentException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith("not an IP address"));
        }
        try {
            MacAddress address = MacAddress.parse(text);
            assertEquals(address, MacAddress.parse(address.toString()));
        } catch (IllegalArgumentException e) {
            assertTrue(String.valueOf(e.getMessage()).startsWith("not a MAC address"));
        }
    }
}
