package io.heliograph.bindings.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.testing.Refusal;
import java.util.BitSet;
import org.junit.jupiter.api.Test;

class CpuAffinityTest {
    @Test
    void shouldRunOnOneCpuOnlyWhilePinned() {
        BitSet before = CpuAffinity.get();
        assertFalse(before.isEmpty());
        int last = before.length() - 1;
        try (CpuAffinity.Pinned _ = CpuAffinity.pin(last)) {
            BitSet only = new BitSet();
            only.set(last);
            assertEquals(only, CpuAffinity.get());
        }
        assertEquals(before, CpuAffinity.get());
    }

    @Test
    void shouldNameWhatIsAllowedWhenTheCpuIsNot() {
        String message = Refusal.of(() -> CpuAffinity.pin(8000));
        assertTrue(message.contains("cpus=" + CpuAffinity.get()), message);
    }
}
