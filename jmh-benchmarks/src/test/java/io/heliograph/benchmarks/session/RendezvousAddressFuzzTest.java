package io.heliograph.benchmarks.session;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;

/** Fuzz target: any text is an address that reads back from what it prints, or is refused in a sentence fit for a terminal. */
@Tag("fuzz")
final class RendezvousAddressFuzzTest {
    @FuzzTest
    void shouldReadBackOrRefuseWhenTextIsAnything(byte[] data) {
        RendezvousAddress address;
        try {
            address = RendezvousAddress.parse(new String(data, StandardCharsets.UTF_8), 7);
        } catch (IllegalArgumentException e) {
            assertEquals(IllegalArgumentException.class, e.getClass());
            assertFalse(String.valueOf(e.getMessage()).chars().anyMatch(Character::isISOControl));
            return;
        }
        assertEquals(address, RendezvousAddress.parse(address.toString(), 8));
    }
}
