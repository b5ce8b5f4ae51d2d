package io.heliograph.benchmarks.collective;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.bindings.memory.CpuAffinity;
import java.util.BitSet;
import java.util.Map;
import org.junit.jupiter.api.Test;

class BindingTest {
    @Test
    void shouldGiveEachRankAProcessorOfItsOwnAmongThoseThatItMayUse() {
        BitSet allowed = new BitSet();
        allowed.set(3);
        allowed.set(5, 7);
        assertEquals(3, Binding.cpu(allowed, 0, 3));
        assertEquals(5, Binding.cpu(allowed, 1, 3));
        assertEquals(6, Binding.cpu(allowed, 2, 3));
    }

    @Test
    void shouldBindNobodyWhereRanksAreMoreThanProcessors() {
        BitSet before = CpuAffinity.get();
        int ranks = before.cardinality() + 1;
        Map<String, String> environment = Map.of("LOCAL_RANK", "0", "LOCAL_WORLD_SIZE", Integer.toString(ranks));
        try (Binding binding = Binding.toCore(environment)) {
            binding.begin();
            assertEquals(before, CpuAffinity.get());
            assertTrue(binding.describe().startsWith("none: " + ranks + " ranks"), binding.describe());
        }
    }

    @Test
    void shouldBindNobodyWhereThePlaceIsUnknown() {
        assertTrue(Binding.toCore(Map.of()).describe().contains("LOCAL_RANK"));
        assertTrue(Binding.toCore(Map.of("LOCAL_RANK", "2", "LOCAL_WORLD_SIZE", "2"))
                .describe()
                .startsWith("none"));
        assertTrue(Binding.toCore(Map.of("LOCAL_RANK", "-1", "LOCAL_WORLD_SIZE", "1"))
                .describe()
                .startsWith("none"));
    }

    @Test
    void shouldBindUntilItIsClosed() {
        BitSet before = CpuAffinity.get();
        BitSet first = new BitSet();
        first.set(before.nextSetBit(0));
        try (Binding binding = Binding.toCore(Map.of("LOCAL_RANK", "0", "LOCAL_WORLD_SIZE", "1"))) {
            assertEquals(before, CpuAffinity.get());
            binding.begin();
            assertEquals(first, CpuAffinity.get());
            assertEquals("processor " + before.nextSetBit(0), binding.describe());
        }
        assertEquals(before, CpuAffinity.get());
    }
}
