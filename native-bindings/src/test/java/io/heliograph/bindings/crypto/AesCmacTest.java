package io.heliograph.bindings.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.heliograph.bindings.EnvironmentException;
import io.heliograph.testing.Allocations;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class AesCmacTest {
    private static final HexFormat HEX = HexFormat.of();

    private static Libcrypto assumeLibrary() {
        try {
            return Libcrypto.load();
        } catch (EnvironmentException e) {
            throw new TestAbortedException(e.getMessage(), e);
        }
    }

    /** NIST SP 800-38B, appendix D.3, examples 9 to 12. */
    @Test
    void shouldGiveTheKnownAnswers() {
        String message = "6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
                + "30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
        try (Arena arena = Arena.ofConfined();
                AesCmac cmac = new AesCmac(assumeLibrary())) {
            MemorySegment key = hex(arena, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4");
            MemorySegment data = hex(arena, message);
            MemorySegment mac = arena.allocate(AesCmac.MAC_BYTES);
            int[] lengths = {0, 16, 40, 64};
            String[] answers = {
                "028962f61b7bf89efc6b551f4667d983",
                "28a7023f452e8f82bd4bf28d8c37c35c",
                "aaf3d8f1de5640c232f5b169b9c911e6",
                "e1992190549f6ed5696a2c056c315410"
            };
            for (int i = 0; i < lengths.length; i++) {
                cmac.compute(key.address(), data.address(), lengths[i], mac.address());
                assertEquals(answers[i], HEX.formatHex(mac.toArray(ValueLayout.JAVA_BYTE)));
            }
            assertEquals(0, Allocations.inSteadyState(() -> {
                for (int i = 0; i < 20_000; i++) {
                    cmac.compute(key.address(), data.address(), 64, mac.address());
                }
            }));
        }
    }

    @Test
    void shouldRefuseWhenClosed() {
        AesCmac cmac = new AesCmac(assumeLibrary());
        cmac.close();
        cmac.close();
        assertThrows(IllegalStateException.class, () -> cmac.compute(0, 0, 0, 0));
    }

    private static MemorySegment hex(Arena arena, String text) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, HEX.parseHex(text));
    }
}
