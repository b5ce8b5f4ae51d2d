package io.heliograph.emulator.waveform;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.heliograph.emulator.device.DeviceConfig;
import io.heliograph.emulator.device.Rig;
import io.heliograph.emulator.driver.DeviceEndpoint;
import io.heliograph.emulator.fabric.HostAddresses;
import io.heliograph.transport.MemoryRegion;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A reader that knows the standard's grammar alone finds in the file what was written. */
final class VcdWriterTest {
    @TempDir
    private Path directory = Path.of("");

    @Test
    void shouldReadBackWhatWasWritten() throws IOException {
        Path file = directory.resolve("a.vcd");
        try (VcdWriter writer = new VcdWriter(file)) {
            writer.scope("one");
            int bit = writer.signal("bit", 1);
            int word = writer.signal("word", 64);
            writer.scope("two");
            int[] many = new int[200];
            for (int i = 0; i < many.length; i++) {
                many[i] = writer.signal("s" + i, 8);
            }
            writer.set(bit, 1, 5);
            writer.set(word, -1, 5);
            writer.set(word, -1, 6);
            writer.set(many[199], 0x1ff, 7);
            assertThrows(IllegalArgumentException.class, () -> writer.set(bit, 0, 6));
            assertThrows(IllegalStateException.class, () -> writer.signal("late", 1));
            writer.finish(9);
        }
        Vcd vcd = Vcd.parse(Files.readString(file));
        assertEquals("1 ps", vcd.timescale);
        assertEquals(202, vcd.signals.size());
        assertEquals(Map.of(0L, 0L, 5L, 1L), vcd.signals.get("one.bit"));
        assertEquals(Map.of(0L, 0L, 5L, -1L), vcd.signals.get("one.word"));
        assertEquals(Map.of(0L, 0L, 7L, 0xffL), vcd.signals.get("two.s199"));
        assertEquals(9, vcd.endPs);
    }

    @Test
    void shouldShowEachPacketInEachStep() throws IOException {
        Path file = directory.resolve("devices.vcd");
        int bytes = 10 * 1024;
        try (Rig rig = new Rig(DeviceConfig.DEFAULT);
                Arena arena = Arena.ofShared();
                VcdWriter writer = new VcdWriter(file)) {
            DeviceWaveform.of(rig.device(0), writer);
            DeviceWaveform.of(rig.device(1), writer);
            try (DeviceEndpoint left = rig.driver(0, 64);
                    DeviceEndpoint right = rig.driver(1, 64)) {
                MemorySegment memory = arena.allocate(bytes, 64);
                MemoryRegion from = left.register(memory, 0);
                MemoryRegion to = right.register(arena.allocate(bytes, 64), MemoryRegion.REMOTE_WRITE);
                int peer = left.addPeer(HostAddresses.ipv4(1));
                left.write(0, peer, from, 0, bytes, to.address(), to.key(), 1);
                int[] done = {0};
                assertTrue(rig.runUntil(
                        () -> {
                            left.poll(completion -> done[0]++, 1);
                            return done[0] == 1;
                        },
                        1_000_000_000L));
                writer.finish(rig.time().nowPs());
            }
        }
        Vcd vcd = Vcd.parse(Files.readString(file));
        // 10 KiB are eight packets of 1,416 bytes: PSN 0 to 7, in every step that data passes, and later at the other
        // end.
        String[] steps = {
            "nic0.segmentation_0",
            "nic0.limiter_0",
            "nic0.path_0",
            "nic0.payload",
            "nic0.icrc_out",
            "nic0.mac",
            "nic1.parse",
            "nic1.icrc_in",
            "nic1.key",
            "nic1.placement",
            "nic1.engine_0",
        };
        long before = 0;
        for (String step : steps) {
            Map<Long, Long> psn = vcd.signals.getOrDefault(step + "_psn", new TreeMap<>());
            assertTrue(psn.containsValue(7L), step);
            long when = first(psn, 7L);
            assertTrue(when >= before, step + " comes after the step before it");
            before = when;
            Map<Long, Long> state = vcd.signals.getOrDefault(step + "_state", new TreeMap<>());
            assertTrue(state.containsValue(1L), step + " is busy");
        }
    }

    private static long first(Map<Long, Long> values, long value) {
        return values.entrySet().stream()
                .filter(each -> each.getValue() == value)
                .findFirst()
                .orElseThrow()
                .getKey();
    }
}
