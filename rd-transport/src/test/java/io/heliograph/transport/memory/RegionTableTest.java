package io.heliograph.transport.memory;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.transport.MemoryRegion;
import io.heliograph.transport.SeededRandom;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RegionTableTest {
    private static final long BASE = 1L << 40;
    private static final long LENGTH = 4096;

    private final SeededRandom random = new SeededRandom(5);

    @Test
    void shouldFindEveryRegionByItsKeyWhenTableIsFull() {
        int capacity = 1000;
        RegionTable table = RegionTable.empty(capacity);
        Map<Integer, MemoryRegion> regions = new HashMap<>();
        for (int i = 0; i < capacity; i++) {
            table = table.with(BASE + i * LENGTH, LENGTH, MemoryRegion.REMOTE_WRITE, random);
            regions.put(table.last().key(), table.last());
        }
        assertEquals(capacity, regions.size(), "keys differ");
        for (MemoryRegion region : regions.values()) {
            int slot = table.find(region.key());
            assertEquals(region.address(), table.address(slot));
            assertEquals(region.lengthBytes(), table.lengthBytes(slot));
            assertTrue(table.contains(region));
        }
        for (int i = 0; i < 10_000; i++) {
            int stranger = (int) random.nextLong();
            assertEquals(regions.containsKey(stranger), table.find(stranger) != RegionTable.NONE);
        }
        for (MemoryRegion region : regions.values()) {
            table = table.without(region);
            assertEquals(RegionTable.NONE, table.find(region.key()));
        }
        assertEquals(0, table.size());
    }

    @Test
    void shouldNotFindKeyZeroWhenNoRegionHasIt() {
        assertEquals(RegionTable.NONE, RegionTable.empty(16).find(0));
    }

    @Test
    void shouldContainExactlyItsRange() {
        RegionTable table = RegionTable.empty(4).with(BASE, LENGTH, 0, random);
        int slot = table.find(table.last().key());
        assertTrue(table.contains(slot, BASE, LENGTH));
        assertTrue(table.contains(slot, BASE + LENGTH, 0));
        assertTrue(table.contains(slot, BASE + LENGTH - 1, 1));
        assertFalse(table.contains(slot, BASE + LENGTH, 1));
        assertFalse(table.contains(slot, BASE - 1, 1));
        assertFalse(table.contains(slot, BASE, LENGTH + 1));
        assertFalse(table.contains(slot, BASE + LENGTH + 1, 0));
        assertFalse(table.contains(slot, BASE - 1, 0));
        assertFalse(table.contains(slot, BASE, -1));
        assertFalse(table.contains(slot, BASE + 1, Long.MAX_VALUE));
        assertFalse(table.contains(slot, Long.MIN_VALUE, 1));
        assertFalse(table.contains(slot, Long.MAX_VALUE, Long.MAX_VALUE));
        assertFalse(table.contains(slot, -1, 2));
    }

    @Test
    void shouldRefuseOverlapOnlyWhenBothMayBeWritten() {
        RegionTable table = RegionTable.empty(4).with(BASE, LENGTH, MemoryRegion.REMOTE_WRITE, random);
        assertThrows(
                IllegalArgumentException.class,
                () -> table.with(BASE + LENGTH - 1, 1, MemoryRegion.REMOTE_WRITE, random));
        assertEquals(
                2,
                table.with(BASE + LENGTH, 1, MemoryRegion.REMOTE_WRITE, random).size());
        assertEquals(2, table.with(BASE, LENGTH, 0, random).size());
    }
}
